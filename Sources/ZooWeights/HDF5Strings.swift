import CHDF5

/// Texts of an HDF5 data set or attribute, of fixed or variable length.
enum HDF5Strings {
    /// Reads `count` texts with `read`, which is given the type in memory and the place to fill.
    ///
    /// - Throws: `WeightError.malformed` for other types and for invalid UTF-8
    static func read(
        type: hid_t, space: hid_t, count: Int, _ location: String, read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
    ) throws -> [String] {
        guard H5Tget_class(type) == H5T_STRING else {
            throw WeightError.malformed(location: location, reason: "it does not hold text")
        }
        if count == 0 { return [] }
        let isVariable = try HDF5Library.check(H5Tis_variable_str(type), location) > 0
        let memory = try HDF5Object(H5Tcopy(zoo_h5t_c_s1()), location, closedBy: H5Tclose)
        try HDF5Library.check(H5Tset_cset(memory.id, H5Tget_cset(type)), location)
        if isVariable {
            try HDF5Library.check(H5Tset_size(memory.id, zoo_h5t_variable()), location)
            return try readVariable(memory.id, space, count, location, read)
        }
        // One byte more than is stored: there is always room for the terminator.
        let width = Int(H5Tget_size(type)) + 1
        try HDF5Library.check(H5Tset_size(memory.id, width), location)
        return try readFixed(memory.id, width, count, location, read)
    }

    private static func readVariable(
        _ type: hid_t, _ space: hid_t, _ count: Int, _ location: String,
        _ read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
    ) throws -> [String] {
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        return try pointers.withUnsafeMutableBytes { buffer in
            let status = read(type, buffer.baseAddress)
            defer { H5Dvlen_reclaim(type, space, zoo_h5p_default(), buffer.baseAddress) }
            try HDF5Library.check(status, location)
            return try buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { pointer in
                guard let pointer else { return "" }
                guard let text = String(validatingCString: pointer) else { throw notUTF8(location) }
                return text
            }
        }
    }

    private static func readFixed(
        _ type: hid_t, _ width: Int, _ count: Int, _ location: String,
        _ read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
    ) throws -> [String] {
        let (size, overflow) = width.multipliedReportingOverflow(by: count)
        guard !overflow else { throw WeightError.malformed(location: location, reason: "its size overflows") }
        var bytes = [UInt8](repeating: 0, count: size)
        try HDF5Library.check(bytes.withUnsafeMutableBytes { read(type, $0.baseAddress) }, location)
        return try (0..<count).map { i in
            let field = bytes[i * width..<(i + 1) * width].prefix { $0 != 0 }
            guard let text = String(validating: field, as: UTF8.self) else { throw notUTF8(location) }
            return text
        }
    }

    private static func notUTF8(_ location: String) -> WeightError {
        .malformed(location: location, reason: "its text is not UTF-8")
    }
}
