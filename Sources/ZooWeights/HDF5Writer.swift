import CHDF5
import Foundation

/// Lays a `ModelFile` out as an HDF5 file in memory.
struct HDF5Writer {
    private let file: hid_t

    /// The bytes of the file. Runs inside `HDF5Library.locked`.
    static func encode(_ model: ModelFile) throws -> [UInt8] {
        let access = try fileAccess()
        try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 18, false), "file in memory")
        let file = try newFile("zoo-encode", access)
        try write(model, to: file)
        let size = try HDF5Library.check(H5Fget_file_image(file.id, nil, 0), "file image")
        return try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            count = Int(try HDF5Library.check(H5Fget_file_image(file.id, buffer.baseAddress, Int(size)), "file image"))
        }
    }

    /// Writes the same bytes to a new file, which never are in memory. Runs inside `HDF5Library.locked`.
    static func encode(_ model: ModelFile, to path: String) throws { try write(model, to: newFile(path)) }

    /// A new, empty file that is open. Runs inside `HDF5Library.locked`.
    static func newFile(_ path: String) throws -> HDF5Object { try newFile(path, fileAccess()) }

    /// A new file that loses its name at once, before a signal can end the process. Runs inside `HDF5Library.locked`.
    static func namelessFile(_ path: () throws -> String) throws -> HDF5Object {
        var (signals, before) = (sigset_t(), sigset_t())
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let path = try path()
        defer { unlink(path) }
        return try newFile(path)
    }

    /// Writes a model into a new file. Runs inside `HDF5Library.locked`.
    static func write(_ model: ModelFile, to file: borrowing HDF5Object) throws {
        try HDF5Writer(file: file.id).write(model)
        try HDF5Library.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), "flush")
    }

    private static func fileAccess() throws -> HDF5Object {
        let access = try HDF5Object(H5Pcreate(zoo_h5p_file_access()), "file access", closedBy: H5Pclose)
        // The oldest superblock: of the newer ones H5Fget_file_image (1.10.8) clears a flag and leaves the old checksum.
        try HDF5Library.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "file version")
        return access
    }

    private static func newFile(_ name: String, _ access: borrowing HDF5Object) throws -> HDF5Object {
        let creation = try HDF5Object(H5Pcreate(zoo_h5p_file_create()), "file creation", closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "file creation")
        return try HDF5Object(
            H5Fcreate(name, zoo_h5f_truncate(), creation.id, access.id), "file", closedBy: H5Fclose)
    }

    private func write(_ model: ModelFile) throws {
        try writeAttribute("format_version", model.formatVersion)
        let texts = [
            ("kind", model.kind), ("architecture", model.architecture), ("created", model.created),
            ("zoo_version", model.zooVersion),
        ]
        for (name, text) in texts { try writeAttribute(name, text) }
        try writeStrings([model.configuration], shape: [], path: "config")
        for (group, entries) in [
            ("weights", model.weights), ("statistics", model.statistics), ("optimizer", model.optimizer),
        ] {
            if entries.isEmpty && group != "weights" { continue }
            var known: Set<String> = [""]
            try createGroup(group)
            for entry in entries {
                try createParents(of: entry.path, in: group, known: &known)
                try writeEntry(entry, path: group + "/" + entry.path)
            }
        }
        if model.vocabularies.isEmpty { return }
        try createGroup("vocab")
        var known: Set<String> = [""]
        for vocabulary in model.vocabularies {
            try createParents(of: vocabulary.field, in: "vocab", known: &known)
            try writeStrings(vocabulary.entries, shape: [vocabulary.entries.count], path: "vocab/" + vocabulary.field)
        }
    }

    private func createGroup(_ path: String) throws {
        let creation = try HDF5Object(H5Pcreate(zoo_h5p_group_create()), path, closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), path)
        try HDF5Library.check(H5Pset_link_creation_order(creation.id, zoo_h5p_creation_order()), path)
        let group = H5Gcreate2(file, path, zoo_h5p_default(), creation.id, zoo_h5p_default())
        _ = try HDF5Object(group, path, closedBy: H5Gclose)
    }

    private func createParents(of path: String, in group: String, known: inout Set<String>) throws {
        try HDF5Writer.checkName(path)
        var parent = ""
        for component in path.split(separator: "/").dropLast() {
            parent += (parent.isEmpty ? "" : "/") + component
            if known.insert(parent).inserted { try createGroup(group + "/" + parent) }
        }
        // Names of entries go in as well: the same name twice, or an entry where a group stands, is the caller's slip.
        guard known.insert(path).inserted else {
            throw WeightError.invalidEntry(path: path, reason: "the name is used twice")
        }
    }

    private static func checkName(_ path: String) throws {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        if path.utf8.contains(0) { throw WeightError.invalidEntry(path: path, reason: "the name holds a NUL byte") }
        if components.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
            throw WeightError.invalidEntry(path: path, reason: "parts of a name are not empty, '.' or '..'")
        }
    }

    private func writeEntry(_ entry: WeightEntry, path: String) throws {
        let space = try makeSpace(entry.shape, path)
        let creation = try HDF5Object(H5Pcreate(zoo_h5p_dataset_create()), path, closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), path)
        let values = try entry.values
        if !entry.shape.isEmpty && entry.count > 0 {
            let chunk = ChunkLayout.chunk(shape: entry.shape, stride: entry.type.stride).map { hsize_t($0) }
            try HDF5Library.check(H5Pset_chunk(creation.id, Int32(chunk.count), chunk), path)
            if ChunkLayout.deflates(values) {
                try HDF5Library.check(H5Pset_shuffle(creation.id), path)
                try HDF5Library.check(H5Pset_deflate(creation.id, 4), path)
            }
            try HDF5Library.check(H5Pset_fletcher32(creation.id), path)
        }
        let half = try HDF5Object(zoo_h5t_copy_float16(), path, closedBy: H5Tclose)
        let (stored, native) = HDF5Writer.types(of: entry.type, half: half.id)
        let created = H5Dcreate2(file, path, stored, space.id, zoo_h5p_default(), creation.id, zoo_h5p_default())
        let dataset = try HDF5Object(created, path, closedBy: H5Dclose)
        if entry.count == 0 { return }
        let written = values.withUnsafeBytes {
            H5Dwrite(dataset.id, native, zoo_h5s_all(), zoo_h5s_all(), zoo_h5p_default(), $0.baseAddress)
        }
        try HDF5Library.check(written, path)
        // A full disk shows here; closing says nothing of it.
        try HDF5Library.check(H5Fflush(dataset.id, H5F_SCOPE_LOCAL), path)
    }

    private static func types(of type: WeightType, half: hid_t) -> (stored: hid_t, native: hid_t) {
        switch type {
        case .float16: (half, half)
        case .float32: (zoo_h5t_float32(), zoo_h5t_native_float())
        case .float64: (zoo_h5t_float64(), zoo_h5t_native_double())
        case .int32: (zoo_h5t_int32(), zoo_h5t_native_int32())
        case .int64: (zoo_h5t_int64(), zoo_h5t_native_int64())
        }
    }

    private func makeSpace(_ shape: [Int], _ path: String) throws -> HDF5Object {
        if shape.isEmpty { return try HDF5Object(H5Screate(H5S_SCALAR), path, closedBy: H5Sclose) }
        let sizes = shape.map { hsize_t($0) }
        guard shape.count <= 32 else { throw WeightError.invalidEntry(path: path, reason: "more than 32 axes") }
        return try HDF5Object(H5Screate_simple(Int32(shape.count), sizes, nil), path, closedBy: H5Sclose)
    }

    private func makeStringType(_ path: String) throws -> HDF5Object {
        let type = try HDF5Object(H5Tcopy(zoo_h5t_c_s1()), path, closedBy: H5Tclose)
        try HDF5Library.check(H5Tset_size(type.id, zoo_h5t_variable()), path)
        try HDF5Library.check(H5Tset_cset(type.id, H5T_CSET_UTF8), path)
        return type
    }

    private func writeStrings(_ strings: [String], shape: [Int], path: String) throws {
        let type = try makeStringType(path)
        let space = try makeSpace(shape, path)
        let creation = try HDF5Object(H5Pcreate(zoo_h5p_dataset_create()), path, closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), path)
        // No filter takes text of variable length; the file's own SHA-256 covers it.
        let created = H5Dcreate2(file, path, type.id, space.id, zoo_h5p_default(), creation.id, zoo_h5p_default())
        let dataset = try HDF5Object(created, path, closedBy: H5Dclose)
        if strings.isEmpty { return }
        try withCStrings(strings, path) { pointers in
            let all = zoo_h5s_all()
            try HDF5Library.check(H5Dwrite(dataset.id, type.id, all, all, zoo_h5p_default(), pointers), path)
        }
    }

    private func writeAttribute(_ name: String, _ text: String) throws {
        let type = try makeStringType(name)
        let space = try makeSpace([], name)
        let created = H5Acreate2(file, name, type.id, space.id, zoo_h5p_default(), zoo_h5p_default())
        let attribute = try HDF5Object(created, name, closedBy: H5Aclose)
        try withCStrings([text], name) { try HDF5Library.check(H5Awrite(attribute.id, type.id, $0), name) }
    }

    private func writeAttribute(_ name: String, _ number: Int64) throws {
        let space = try makeSpace([], name)
        let created = H5Acreate2(file, name, zoo_h5t_int64(), space.id, zoo_h5p_default(), zoo_h5p_default())
        let attribute = try HDF5Object(created, name, closedBy: H5Aclose)
        var value = number
        try HDF5Library.check(H5Awrite(attribute.id, zoo_h5t_native_int64(), &value), name)
    }

    /// Calls `body` with an array of C strings, as HDF5 takes strings of variable length.
    private func withCStrings(_ strings: [String], _ path: String, _ body: (UnsafeRawPointer?) throws -> Void) throws {
        var bytes: [CChar] = []
        var starts: [Int] = []
        bytes.reserveCapacity(strings.reduce(strings.count) { $0 + $1.utf8.count })
        for string in strings {
            if string.utf8.contains(0) { throw WeightError.invalidEntry(path: path, reason: "a text holds a NUL byte") }
            starts.append(bytes.count)
            bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        try bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
            try pointers.withUnsafeBytes { try body($0.baseAddress) }
        }
    }
}
