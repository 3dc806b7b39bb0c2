import ZooVision

/// Why foreign weights are not those of a network: every name that does not fit.
package struct ImportMismatch: Error, Encodable, CustomStringConvertible {
    /// The file.
    package let file: String
    /// The network that was asked for.
    package let architecture: String
    /// Names of the network that the file lacks.
    package let missing: [String]
    /// Names of the file that the network lacks.
    package let unexpected: [String]
    /// Names whose shapes or types differ, with both: `fc.weight: [10, 512], not [1000, 512]`.
    package let misshapen: [String]
    /// A network that the weights do fit; nil where none is known.
    @StableKey package var fits: String?

    /// The same, with a network that the weights do fit.
    func fitting(_ other: String?) -> ImportMismatch {
        ImportMismatch(
            file: file, architecture: architecture, missing: missing, unexpected: unexpected, misshapen: misshapen,
            fits: other)
    }

    /// All of it in one line; the numbers alone where it is the wrong network that was asked for.
    package var description: String {
        if let fits {
            return "\(file) does not fit \(architecture), nothing was imported; it fits --arch \(fits) "
                + "(\(missing.count) arrays missing, \(unexpected.count) unexpected, \(misshapen.count) misshapen; "
                + "--json names them)"
        }
        let lists = [("missing", missing), ("unexpected", unexpected), ("misshapen", misshapen)]
            .filter { !$0.1.isEmpty }.map { "\($0.0) (\($0.1.count)): \($0.1.joined(separator: ", "))" }
        return "\(file) does not fit \(architecture), nothing was imported; " + lists.joined(separator: "; ")
    }
}
