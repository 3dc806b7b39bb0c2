import CHDF5

/// Reads a `ModelFile` out of an HDF5 file in memory. Nothing in it is believed before it is checked.
struct HDF5Reader {
    private let file: hid_t
    /// Access properties that keep to the file.
    private let access: hid_t
    private let imageBytes: Int
    /// The bytes of numbers that a model of unknown origin may hold: links and zeros can make any number of them of a few.
    private var room = Int.max

    /// The contents of the file. Runs inside `HDF5Library.locked`.
    ///
    /// - Parameter isForeign: whether the file is of unknown origin and may hold no more than usual for its size
    static func decode(_ bytes: [UInt8], isForeign: Bool = false) throws -> ModelFile {
        try opened(bytes) { reader in
            var reader = reader
            if isForeign { reader.room = (1 << 28) + 64 * bytes.count }
            return try reader.read()
        }
    }

    /// The arrays of numbers of any HDF5 file, others left out, and what Keras says of its layers. Runs inside
    /// `HDF5Library.locked`.
    static func contents(_ bytes: [UInt8]) throws -> HDF5Contents {
        try opened(bytes) { reader in
            let isDescribed = H5Aexists(reader.file, "model_config") > 0
            let configuration = isDescribed ? try reader.readAttribute("model_config") : nil
            guard configuration?.utf8.count ?? 0 <= HDF5Contents.mostConfiguration else {
                throw WeightError.unknownHere(
                    location: "model_config",
                    reason: "it is longer than \(HDF5Contents.mostConfiguration >> 20) MB: no network needs as much")
            }
            // Weights hardly deflate; a file of zeros under a thousand names would fill the memory.
            var room = (1 << 28) + 64 * bytes.count
            let (paths, groups, synonyms) = try reader.paths("/", followsSoftLinks: true)
            let entries: [WeightEntry] = try paths.compactMap { path in
                let dataset = try reader.openDataset(path)
                let type = try HDF5Object(H5Dget_type(dataset.id), path, closedBy: H5Tclose)
                let kind = H5Tget_class(type.id)
                let isBrainFloat = kind == H5T_OPAQUE && H5Tget_size(type.id) == 2
                guard kind == H5T_FLOAT || kind == H5T_INTEGER || isBrainFloat else { return nil }
                let entry = try reader.readEntry(group: "", path: path)
                room -= entry.values.count * entry.values.stride
                guard room >= 0 else {
                    throw WeightError.malformed(location: path, reason: "the file unpacks to far more than it holds")
                }
                return entry
            }
            return HDF5Contents(
                entries: entries, configuration: configuration,
                groups: groups, synonyms: synonyms)
        }
    }

    private static func opened<Result>(_ bytes: [UInt8], _ body: (HDF5Reader) throws -> Result) throws -> Result {
        guard HDF5Contents.begins(bytes.count, { bytes[$0..<$0 + 8] }) else {
            throw WeightError.malformed(location: "file", reason: "it does not start like an HDF5 file")
        }
        let access = try HDF5Object(H5Pcreate(zoo_h5p_file_access()), "file access", closedBy: H5Pclose)
        try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 18, false), "file in memory")
        // What was hashed is what is read: HDF5 gets the bytes, where they lie, and never opens a path.
        return try bytes.withUnsafeBytes { image in
            let given = zoo_h5p_set_image_in_place(access.id, image.baseAddress, image.count)
            try HDF5Library.check(given, "file image")
            let file = try HDF5Object(
                H5Fopen("zoo-decode", zoo_h5f_read_only(), access.id), "file", closedBy: H5Fclose)
            let within = try HDF5Object(zoo_h5p_within_file(), "link access", closedBy: H5Pclose)
            return try body(HDF5Reader(file: file.id, access: within.id, imageBytes: image.count))
        }
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
            let entry = try readEntry(group: group, path: path)
            room -= entry.values.count * entry.values.stride
            guard room >= 0 else {
                throw WeightError.malformed(location: path, reason: "the file unpacks to far more than it holds")
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

    private func readEntry(group: String, path: String) throws -> WeightEntry {
        let location = group + "/" + path
        let dataset = try openDataset(location)
        let shape = try readShape(dataset.id, location, elementBytes: nil)
        let count = shape.reduce(1, *)
        let type = try HDF5Object(H5Dget_type(dataset.id), location, closedBy: H5Tclose)
        let kind = H5Tget_class(type.id)
        let bytes = H5Tget_size(type.id)
        let half = try HDF5Object(zoo_h5t_copy_float16(), location, closedBy: H5Tclose)
        switch (kind, bytes) {
        case (H5T_FLOAT, 2) where H5Tequal(type.id, half.id) > 0:
            let values = try readNumbers(dataset.id, half.id, Float16(0), count, location)
            return WeightEntry(path: path, shape: shape, values: .float16(values))
        case (H5T_OPAQUE, 2):
            // Two bytes without a type are how Keras writes bfloat16: the upper half of a Float.
            let halves = try readNumbers(dataset.id, type.id, UInt16(0), count, location)
            let values = halves.map { Float(bitPattern: UInt32($0) << 16) }
            return WeightEntry(path: path, shape: shape, values: .float32(values))
        case (H5T_FLOAT, ...4):
            let values = try readNumbers(dataset.id, zoo_h5t_native_float(), Float(0), count, location)
            return WeightEntry(path: path, shape: shape, values: .float32(values))
        case (H5T_FLOAT, _):
            let values = try readNumbers(dataset.id, zoo_h5t_native_double(), Double(0), count, location)
            return WeightEntry(path: path, shape: shape, values: .float64(values))
        case (H5T_INTEGER, ...4) where H5Tget_sign(type.id) == H5T_SGN_2 || bytes < 4:
            let values = try readNumbers(dataset.id, zoo_h5t_native_int32(), Int32(0), count, location)
            return WeightEntry(path: path, shape: shape, values: .int32(values))
        case (H5T_INTEGER, _):
            let values = try readNumbers(dataset.id, zoo_h5t_native_int64(), Int64(0), count, location)
            return WeightEntry(path: path, shape: shape, values: .int64(values))
        default:
            throw WeightError.malformed(location: location, reason: "it holds neither floating point nor integers")
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
