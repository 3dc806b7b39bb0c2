import CHDF5

/// Reads a `ModelFile` out of an HDF5 file in memory. Nothing in it is believed before it is checked.
struct HDF5Reader {
    private let file: hid_t
    /// Access properties that keep to the file.
    private let access: hid_t
    private let imageBytes: Int
    /// Gives memory back whose bytes were read.
    private let release: @Sendable () -> Void
    /// The bytes of numbers that a model of unknown origin may hold: links and zeros can make any number of them of a few.
    private var room = Int.max

    /// Calls `body` with the contents of the file, whose arrays can be read there and nowhere else. Runs inside
    /// `HDF5Library.locked`.
    ///
    /// - Parameters:
    ///   - release: gives memory back whose bytes were read
    ///   - isForeign: whether the file is of unknown origin and may hold no more than usual for its size
    static func withModel<Result>(
        _ image: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void, isForeign: Bool,
        _ body: (ModelFile) throws -> Result
    ) throws -> Result {
        try opened(image, release) { reader in
            var reader = reader
            if isForeign { reader.room = (1 << 28) + 64 * image.count }
            return try body(reader.read())
        }
    }

    /// Calls `body` so with the arrays of numbers of any HDF5 file, others left out, and what Keras says of its layers.
    static func withContents<Result>(
        _ image: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void,
        _ body: (HDF5Contents) throws -> Result
    ) throws -> Result {
        try opened(image, release) { reader in
            let isDescribed = H5Aexists(reader.file, "model_config") > 0
            let configuration = isDescribed ? try reader.readAttribute("model_config") : nil
            guard configuration?.utf8.count ?? 0 <= HDF5Contents.mostConfiguration else {
                throw WeightError.unknownHere(
                    location: "model_config",
                    reason: "it is longer than \(HDF5Contents.mostConfiguration >> 20) MB: no network needs as much")
            }
            // Weights hardly deflate; a file of zeros under a thousand names would fill the memory.
            var room = (1 << 28) + 64 * image.count
            let (paths, groups, synonyms) = try reader.paths("/", followsSoftLinks: true)
            let entries = try paths.compactMap { try reader.entry(group: "", path: $0, room: &room) }
            return try body(
                HDF5Contents(entries: entries, configuration: configuration, groups: groups, synonyms: synonyms))
        }
    }

    private static func opened<Result>(
        _ image: UnsafeRawBufferPointer, _ release: @escaping @Sendable () -> Void,
        _ body: (HDF5Reader) throws -> Result
    ) throws -> Result {
        guard HDF5Contents.begins(image.count, { image[$0..<$0 + 8] }) else {
            throw WeightError.malformed(location: "file", reason: "it does not start like an HDF5 file")
        }
        let access = try HDF5Object(H5Pcreate(zoo_h5p_file_access()), "file access", closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 18, false), "file in memory")
        // What was hashed is what is read: HDF5 gets the bytes, where they lie, and never opens a path.
        let given = zoo_h5p_set_image_in_place(access.id, image.baseAddress, image.count)
        try HDF5Library.check(given, "file image")
        let file = try HDF5Object(H5Fopen("zoo-decode", zoo_h5f_read_only(), access.id), "file", closedBy: H5Fclose)
        let within = try HDF5Object(zoo_h5p_within_file(), "link access", closedBy: H5Pclose)
        return try body(
            HDF5Reader(file: file.id, access: within.id, imageBytes: image.count, release: release))
    }

    private func read() throws -> ModelFile {
        let version = try readVersion()
        guard version <= ModelFile.newestVersion else { throw WeightError.newerFormat(version: version) }
        guard version >= 1 else { throw WeightError.malformed(location: "format_version", reason: "\(version)") }
        guard let configuration = try readStrings("config").first else {
            throw WeightError.malformed(location: "config", reason: "it is empty")
        }
        var file = ModelFile(
            kind: try readAttribute("kind"), architecture: try readAttribute("architecture"),
            configuration: configuration, weights: try readEntries("weights"),
            vocabularies: try datasetPaths("vocab").map { (field: $0, entries: try readStrings("vocab/" + $0)) },
            statistics: try readEntries("statistics"), optimizer: try readEntries("optimizer"),
            created: try readAttribute("created"), zooVersion: try readAttribute("zoo_version"))
        file.formatVersion = version
        return file
    }

    private func readEntries(_ group: String) throws -> [WeightEntry] {
        var room = room
        return try datasetPaths(group).map { path in
            guard let entry = try entry(group: group, path: path, room: &room) else {
                throw WeightError.malformed(
                    location: group + "/" + path, reason: "it holds neither floating point nor integers")
            }
            return entry
        }
    }

    /// The paths of the data sets below `group`, or none if the group is not there.
    private func datasetPaths(_ group: String) throws -> [String] {
        H5Lexists(file, group, zoo_h5p_default()) > 0 ? try paths(group).datasets : []
    }

    private func paths(_ group: String, followsSoftLinks: Bool = false) throws -> (
        datasets: [String], groups: [String], synonyms: [[String]]
    ) {
        var walk = HDF5Walk(file: file, access: access, followsSoftLinks: followsSoftLinks)
        try walk.visit(group, prefix: "", depth: 0)
        return (walk.paths, walk.groups, walk.synonyms)
    }

    /// An array that is read when it is asked for; nil for one that holds no numbers.
    ///
    /// - Parameter room: the bytes of numbers that there may still be
    private func entry(group: String, path: String, room: inout Int) throws -> WeightEntry? {
        let location = group + "/" + path
        let dataset = try openDataset(location)
        let found = try HDF5Object(H5Dget_type(dataset.id), location, closedBy: H5Tclose)
        guard let type = try Self.weightType(found.id) else { return nil }
        let shape = try readShape(dataset.id, location, elementBytes: nil)
        let entry = WeightEntry(path: path, shape: shape, type: type) { try readValues(location, type, shape) }
        room -= entry.byteCount
        guard room >= 0 else {
            throw WeightError.malformed(location: path, reason: "the file unpacks to far more than it holds")
        }
        return entry
    }

    /// What numbers of a type in the file are here; nil for what is no number.
    private static func weightType(_ type: hid_t) throws -> WeightType? {
        let half = try HDF5Object(zoo_h5t_copy_float16(), "type", closedBy: H5Tclose)
        let bytes = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_FLOAT: return bytes == 2 && H5Tequal(type, half.id) > 0 ? .float16 : bytes <= 4 ? .float32 : .float64
        // Two bytes without a type are how Keras writes bfloat16: the upper half of a Float.
        case H5T_OPAQUE where bytes == 2: return .float32
        case H5T_INTEGER: return bytes < 4 || bytes == 4 && H5Tget_sign(type) == H5T_SGN_2 ? .int32 : .int64
        default: return nil
        }
    }

    private func readValues(_ location: String, _ type: WeightType, _ shape: [Int]) throws -> WeightValues {
        defer { release() }
        let dataset = try openDataset(location)
        let found = try HDF5Object(H5Dget_type(dataset.id), location, closedBy: H5Tclose)
        let count = shape.contains(0) ? 0 : shape.reduce(1, *)
        switch type {
        case .float16:
            let half = try HDF5Object(zoo_h5t_copy_float16(), location, closedBy: H5Tclose)
            return .float16(try readNumbers(dataset.id, half.id, Float16(0), count, location))
        case .float32 where H5Tget_class(found.id) == H5T_OPAQUE:
            let halves = try readNumbers(dataset.id, found.id, UInt16(0), count, location)
            return .float32(halves.map { Float(bitPattern: UInt32($0) << 16) })
        case .float32:
            return .float32(try readNumbers(dataset.id, zoo_h5t_native_float(), Float(0), count, location))
        case .float64:
            return .float64(try readNumbers(dataset.id, zoo_h5t_native_double(), Double(0), count, location))
        case .int32: return .int32(try readNumbers(dataset.id, zoo_h5t_native_int32(), Int32(0), count, location))
        case .int64: return .int64(try readNumbers(dataset.id, zoo_h5t_native_int64(), Int64(0), count, location))
        }
    }

    private func readNumbers<N>(_ dataset: hid_t, _ type: hid_t, _ zero: N, _ count: Int, _ location: String) throws
        -> [N]
    {
        if count == 0 { return [] }
        return try [N](unsafeUninitializedCapacity: count) { buffer, initialized in
            let all = zoo_h5s_all()
            let status = H5Dread(dataset, type, all, all, zoo_h5p_default(), buffer.baseAddress)
            try HDF5Library.check(status, location)
            initialized = count
        }
    }

    /// A data set whose values lie in this file: one can also name files, whose bytes would be read in their place.
    private func openDataset(_ location: String) throws -> HDF5Object {
        let dataset = try HDF5Object(H5Oopen(file, location, access), location, closedBy: H5Oclose)
        guard H5Iget_type(dataset.id) == H5I_DATASET else {
            throw WeightError.malformed(location: location, reason: "it is no data set")
        }
        let creation = try HDF5Object(H5Dget_create_plist(dataset.id), location, closedBy: H5Pclose)
        guard H5Pget_external_count(creation.id) == 0, H5Pget_layout(creation.id) != H5D_VIRTUAL else {
            throw WeightError.malformed(location: location, reason: "its values lie in another file")
        }
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { name in
            guard let base = name.baseAddress else { return }
            let filter = zoo_h5_absent_filter(creation.id, base)
            guard filter != 0 else { return }
            base[79] = 0
            throw WeightError.unknownHere(
                location: location,
                reason:
                    "its values are packed with filter \(filter) (\(String(cString: base))), which HDF5 does not have here: "
                    + "save it without, or with gzip")
        }
        return dataset
    }

    /// The shape of a data set whose values can be in this file at all.
    private func readShape(_ dataset: hid_t, _ location: String, elementBytes: Int?) throws -> [Int] {
        let space = try HDF5Object(H5Dget_space(dataset), location, closedBy: H5Sclose)
        let rank = Int(try HDF5Library.check(H5Sget_simple_extent_ndims(space.id), location))
        guard rank <= 32 else { throw WeightError.malformed(location: location, reason: "\(rank) axes") }
        var sizes = [hsize_t](repeating: 0, count: max(rank, 1))
        try HDF5Library.check(H5Sget_simple_extent_dims(space.id, &sizes, nil), location)
        let type = try HDF5Object(H5Dget_type(dataset), location, closedBy: H5Tclose)
        let width = UInt64(max(elementBytes ?? H5Tget_size(type.id), 1))
        // Deflate makes at most 1,032 bytes of one: what claims to hold more was never written.
        let stored = min(UInt64(H5Dget_storage_size(dataset)), UInt64(imageBytes))
        let most = stored * 1100 / width + 1
        var count: UInt64 = 1
        for size in sizes.prefix(rank) where size > 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product < UInt64(Int.max) / 16 else {
                throw WeightError.malformed(location: location, reason: "its size overflows")
            }
            count = product
        }
        let isEmpty = sizes.prefix(rank).contains(0)
        guard isEmpty || count <= most else {
            throw WeightError.malformed(
                location: location, reason: "it claims \(count) values, more than the file holds")
        }
        return sizes.prefix(rank).map { Int($0) }
    }

    private func readStrings(_ location: String) throws -> [String] {
        let dataset = try openDataset(location)
        let type = try HDF5Object(H5Dget_type(dataset.id), location, closedBy: H5Tclose)
        let count = try readShape(dataset.id, location, elementBytes: nil).reduce(1, *)
        let space = try HDF5Object(H5Dget_space(dataset.id), location, closedBy: H5Sclose)
        let all = zoo_h5s_all()
        return try HDF5Strings.read(type: type.id, space: space.id, count: count, location) {
            H5Dread(dataset.id, $0, all, all, zoo_h5p_default(), $1)
        }
    }

    private func readAttribute(_ name: String) throws -> String {
        let attribute = try HDF5Object(H5Aopen(file, name, zoo_h5p_default()), name, closedBy: H5Aclose)
        let space = try HDF5Object(H5Aget_space(attribute.id), name, closedBy: H5Sclose)
        let type = try HDF5Object(H5Aget_type(attribute.id), name, closedBy: H5Tclose)
        guard H5Sget_simple_extent_npoints(space.id) == 1 else {
            throw WeightError.malformed(location: name, reason: "it is not one text")
        }
        let texts = try HDF5Strings.read(type: type.id, space: space.id, count: 1, name) {
            H5Aread(attribute.id, $0, $1)
        }
        return texts.first ?? ""
    }

    private func readVersion() throws -> Int64 {
        let name = "format_version"
        guard H5Aexists(file, name) > 0 else {
            throw WeightError.malformed(location: name, reason: "an HDF5 file, but none that Zoo wrote")
        }
        let attribute = try HDF5Object(H5Aopen(file, name, zoo_h5p_default()), name, closedBy: H5Aclose)
        let space = try HDF5Object(H5Aget_space(attribute.id), name, closedBy: H5Sclose)
        let type = try HDF5Object(H5Aget_type(attribute.id), name, closedBy: H5Tclose)
        guard H5Sget_simple_extent_npoints(space.id) == 1, H5Tget_class(type.id) == H5T_INTEGER else {
            throw WeightError.malformed(location: name, reason: "it is not one integer")
        }
        var version: Int64 = 0
        try HDF5Library.check(H5Aread(attribute.id, zoo_h5t_native_int64(), &version), name)
        return version
    }
}
