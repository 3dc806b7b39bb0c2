import CHDF5
import Foundation

/// Looks at any HDF5 file. It belongs into a process of its own: the library can crash on damaged metadata.
package enum HDF5Examination {
    /// Bytes of values that are read to see whether they can be.
    private static let mostBytesRead = 1 << 28
    private static let mostObjects = 100_000

    /// Looks at a file.
    ///
    /// - Throws: `WeightError.missing`, `.unreadable`; what is wrong with the HDF5 in it stands in the report
    package static func report(of url: URL) throws -> HDF5Report {
        let bytes = try FileBytes.read(url)
        var report = HDF5Report()
        (report.bytes, report.library) = (bytes.count, WeightStore.libraryVersion)
        guard let superblock = HDF5Superblock(bytes) else {
            report.problems = [
                bytes.isEmpty
                    ? "it is empty"
                    : "it is no HDF5 file: the signature is neither at its beginning nor behind a user block"
            ]
            return report
        }
        (report.superblock, report.userBlock) = (superblock.version, superblock.offset)
        if superblock.version > 3 {
            report.problems.append(
                "its superblock has version \(superblock.version), HDF5 \(report.library) reads up to 3: "
                    + "write it again with h5py.File(…, libver='v110')")
        } else if let end = superblock.end, end > bytes.count {
            report.problems.append("it is cut short: it has \(bytes.count) bytes of \(end); get it again")
        }
        let isMATLAB = bytes.starts(with: Array("MATLAB 7.3 MAT-file".utf8))
        if isMATLAB {
            report.maker = String(decoding: bytes.prefix(116), as: UTF8.self).trimmingCharacters(in: .whitespaces)
        }
        report = try HDF5Library.locked { look(bytes, report) }
        if isMATLAB { report.origin = .matlab }
        return report
    }

    /// Runs inside `HDF5Library.locked`.
    private static func look(_ bytes: [UInt8], _ found: HDF5Report) -> HDF5Report {
        var report = found
        do {
            let access = try HDF5Object(H5Pcreate(zoo_h5p_file_access()), "file access", closedBy: H5Pclose)
            try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 18, false), "file in memory")
            try bytes.withUnsafeBytes { image in
                try HDF5Library.check(
                    zoo_h5p_set_image_in_place(access.id, image.baseAddress, image.count), "file image")
                let file = try HDF5Object(
                    H5Fopen("zoo-doctor", zoo_h5f_read_only(), access.id), "file", closedBy: H5Fclose)
                var walk = Walk(file: file.id, report: report)
                walk.visit("/", depth: 0)
                walk.identify()
                report = walk.report
            }
        } catch {
            // Where the reason is known already, the library's words add nothing.
            if report.problems.isEmpty {
                report.problems.append("HDF5 \(report.library) cannot open it: \(reason(error))")
            }
        }
        return report
    }

    fileprivate static func reason(_ error: any Error) -> String {
        if case WeightError.malformed(_, let reason) = error { reason } else { "\(error)" }
    }

    /// Goes through the groups of a file.
    struct Walk {
        let file: hid_t
        var report: HDF5Report
        private var room = mostBytesRead
        private var seen: Set<UInt64> = []

        init(file: hid_t, report: HDF5Report) { (self.file, self.report) = (file, report) }

        mutating func visit(_ group: String, depth: Int) {
            guard depth < 32 else { return report.problems.append("\(group): groups nest more than 32 deep") }
            let names: [String]
            do { names = try links(of: group) } catch {
                return report.problems.append("\(group): its list of members cannot be read: \(reason(error))")
            }
            for name in names {
                guard report.objects.count < mostObjects else {
                    return report.problems.append("\(group): only the first \(mostObjects) members are shown")
                }
                add(group == "/" ? "/" + name : group + "/" + name, depth)
            }
        }

        private mutating func add(_ path: String, _ depth: Int) {
            var target = [CChar](repeating: 0, count: 1024)
            let kind = zoo_h5_link(file, path, &target, target.count)
            if kind != 0 {
                let text = String(decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let isSoft = kind == 1
                // Links to other files are never followed.
                let leads = isSoft && H5Oexists_by_name(file, path, zoo_h5p_default()) > 0
                H5Eclear2(zoo_h5e_default())
                report.objects.append(
                    HDF5Report.Object(
                        path: path, kind: isSoft ? "soft link" : "external link", target: text,
                        isReadable: isSoft ? leads : nil))
                if isSoft, !leads { report.problems.append("\(path): a soft link to \(text), where there is nothing") }
                if !isSoft {
                    report.problems.append("\(path): its values lie in another file (\(text)), which is not followed")
                }
                return
            }
            do {
                let object = try HDF5Object(H5Oopen(file, path, zoo_h5p_default()), path, closedBy: H5Oclose)
                switch H5Iget_type(object.id) {
                case H5I_GROUP:
                    report.objects.append(HDF5Report.Object(path: path, kind: "group"))
                    // Hard links can form rings.
                    let address = zoo_h5_address(object.id)
                    if seen.insert(address).inserted {
                        visit(path, depth: depth + 1)
                    } else {
                        report.problems.append("\(path): the same group as another, shown once")
                    }
                case H5I_DATASET: report.objects.append(try dataset(object.id, path))
                default: report.objects.append(HDF5Report.Object(path: path, kind: "type"))
                }
            } catch {
                report.objects.append(HDF5Report.Object(path: path, kind: "data set", isReadable: false))
                report.problems.append(
                    "\(path): HDF5 \(report.library) cannot open it (\(reason(error))): it is damaged, or written for a newer "
                        + "HDF5, as h5py's libver='latest' does; libver='v110' writes what can be read")
            }
        }

        /// What a data set is, and whether its values can be read.
        private mutating func dataset(_ id: hid_t, _ path: String) throws -> HDF5Report.Object {
            let type = try HDF5Object(H5Dget_type(id), path, closedBy: H5Tclose)
            let space = try HDF5Object(H5Dget_space(id), path, closedBy: H5Sclose)
            let rank = Int(try HDF5Library.check(H5Sget_simple_extent_ndims(space.id), path))
            var sizes = [hsize_t](repeating: 0, count: max(rank, 1))
            try HDF5Library.check(H5Sget_simple_extent_dims(space.id, &sizes, nil), path)
            let creation = try HDF5Object(H5Dget_create_plist(id), path, closedBy: H5Pclose)
            var object = HDF5Report.Object(path: path, kind: "data set")
            object.shape = sizes.prefix(rank).map { Int(clamping: $0) }
            object.type = Self.name(of: type.id)
            object.bytes = Int(clamping: H5Dget_storage_size(id))
            if H5Pget_external_count(creation.id) > 0 || H5Pget_layout(creation.id) == H5D_VIRTUAL {
                report.problems.append("\(path): its values lie in another file, which is not followed")
                return object
            }
            let filters = try filters(of: creation.id, path)
            object.filters = filters.map(\.name)
            let absent = filters.filter { !$0.isThere }
            guard absent.isEmpty else {
                object.isReadable = false
                report.problems.append(
                    "\(path): its values went through \(absent.map(\.name).joined(separator: ", ")), which HDF5 \(report.library) "
                        + "does not have here: write it again with compression='gzip', or without")
                return object
            }
            object.isReadable = read(id, type.id, object, path)
            return object
        }

        private func filters(of creation: hid_t, _ path: String) throws -> [(name: String, isThere: Bool)] {
            try (0..<max(0, Int(H5Pget_nfilters(creation)))).map { index in
                var (flags, count, configuration): (UInt32, Int, UInt32) = (0, 0, 0)
                var name = [CChar](repeating: 0, count: 64)
                let id = H5Pget_filter2(creation, UInt32(index), &flags, &count, nil, name.count, &name, &configuration)
                try HDF5Library.check(id, path)
                let known: [Int32: String] = [
                    1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset",
                ]
                let said = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let title = known[id] ?? (said.isEmpty ? "filter \(id)" : "\(said) (filter \(id))")
                return (title, H5Zfilter_avail(id) > 0)
            }
        }

        /// Reads the values once; nil where they are too many, or hold what has a length of its own.
        private mutating func read(_ id: hid_t, _ type: hid_t, _ object: HDF5Report.Object, _ path: String) -> Bool? {
            let width = Int(H5Tget_size(type))
            var (count, overflow) = (1, false)
            for size in object.shape ?? [] where !overflow {
                (count, overflow) = count.multipliedReportingOverflow(by: size)
            }
            let (bytes, tooMany) = count.multipliedReportingOverflow(by: max(width, 1))
            guard !overflow, !tooMany else {
                report.problems.append("\(path): its shape holds more values than any file")
                return false
            }
            // Deflate makes at most 1,032 bytes of one.
            if bytes > 4096, bytes / 1100 > (object.bytes ?? 0), object.bytes != 0 {
                report.problems.append(
                    "\(path): it unpacks from \(object.bytes ?? 0) bytes to \(bytes), as a bomb does")
                return nil
            }
            guard bytes <= room, count > 0, H5Tdetect_class(type, H5T_VLEN) == 0, H5Tis_variable_str(type) == 0,
                object.bytes != 0
            else { return nil }
            room -= bytes
            let target = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
            defer { target.deallocate() }
            do {
                try HDF5Library.check(H5Dread(id, type, zoo_h5s_all(), zoo_h5s_all(), zoo_h5p_default(), target), path)
                return true
            } catch {
                report.problems.append(
                    "\(path): its values cannot be read (\(reason(error))): they are damaged, or cut short")
                return false
            }
        }

        private static func name(of type: hid_t) -> String {
            let bits = H5Tget_size(type) * 8
            switch H5Tget_class(type) {
            case H5T_INTEGER: return (H5Tget_sign(type) == H5T_SGN_2 ? "int" : "uint") + "\(bits)"
            case H5T_FLOAT: return "float\(bits)"
            case H5T_STRING: return H5Tis_variable_str(type) > 0 ? "text" : "text of \(bits / 8) bytes"
            case H5T_OPAQUE:
                return bits == 16 ? "opaque, 2 bytes (bfloat16 in Keras's files)" : "opaque, \(bits / 8) bytes"
            case H5T_COMPOUND: return "compound of \(H5Tget_nmembers(type)) fields"
            case H5T_ENUM: return "enumeration (bool in h5py's files)"
            case H5T_REFERENCE: return "reference"
            case H5T_VLEN: return "lists of any length"
            case H5T_ARRAY: return "arrays"
            case H5T_BITFIELD: return "bits, \(bits)"
            default: return "unknown"
            }
        }

        private func links(of group: String) throws -> [String] {
            let opened = try HDF5Object(H5Gopen2(file, group, zoo_h5p_default()), group, closedBy: H5Gclose)
            var names: [String] = []
            let status = withUnsafeMutablePointer(to: &names) { names in
                var visitor = zoo_h5_link_visitor(
                    visit: { name, _, context in
                        guard let name, let names = context?.assumingMemoryBound(to: [String].self) else { return -1 }
                        names.pointee.append(String(cString: name))
                        return names.pointee.count > mostObjects ? 1 : 0
                    }, context: names)
                return zoo_h5_visit_links(opened.id, &visitor)
            }
            try HDF5Library.check(status, group)
            return names
        }
    }
}

extension HDF5Examination.Walk {
    private func has(_ attribute: String) -> Bool { H5Aexists(file, attribute) > 0 }

    private func text(_ name: String) -> String? {
        guard has(name),
            let attribute = try? HDF5Object(H5Aopen(file, name, zoo_h5p_default()), name, closedBy: H5Aclose),
            let space = try? HDF5Object(H5Aget_space(attribute.id), name, closedBy: H5Sclose),
            let type = try? HDF5Object(H5Aget_type(attribute.id), name, closedBy: H5Tclose),
            H5Sget_simple_extent_npoints(space.id) == 1
        else { return nil }
        return try? HDF5Strings.read(type: type.id, space: space.id, count: 1, name) { H5Aread(attribute.id, $0, $1) }
            .first
    }

    /// Says whose file it is.
    mutating func identify() {
        let paths = Set(report.objects.map(\.path))
        func isPath(_ test: (String) -> Bool) -> Bool { paths.contains(where: test) }
        if has("format_version"), has("kind"), has("zoo_version") {
            report.origin = .zooModel
            report.maker = text("zoo_version").map { "Zoo \($0), \(text("kind") ?? ""), \(text("architecture") ?? "")" }
        } else if paths.contains("/pixels"), paths.count == 1 {
            report.origin = .zooImages
        } else if has("model_config") || has("layer_names") {
            report.origin = has("model_config") ? .kerasModel : .kerasWeights
            report.maker = text("keras_version").map { "Keras \($0)" }
        } else if isPath({ $0.contains("/vars/") || $0.hasSuffix("/vars") }) {
            report.origin = .keras3Weights
        } else if has("PYTABLES_FORMAT_VERSION") {
            report.origin = .pyTables
            report.maker = text("PYTABLES_FORMAT_VERSION").map { "PyTables, format \($0)" }
        }
    }
}
