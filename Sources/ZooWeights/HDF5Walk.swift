import CHDF5

/// Collects the paths of the data sets and groups below a group, in the order in which they were written.
struct HDF5Walk {
    let file: hid_t
    private(set) var paths: [String] = []
    private(set) var groups: [String] = []

    init(file: hid_t) { self.file = file }

    /// Goes into `group`. Hard links can form rings and there may be any number of them, so depth and count are bounded.
    mutating func visit(_ group: String, prefix: String, depth: Int) throws {
        guard depth < 16 else { throw WeightError.malformed(location: group, reason: "groups nest too deeply") }
        for name in try links(of: group) {
            let location = group + "/" + name
            let object = try HDF5Object(H5Oopen(file, location, zoo_h5p_default()), location, closedBy: H5Oclose)
            switch H5Iget_type(object.id) {
            case H5I_GROUP:
                groups.append(prefix + name)
                try visit(location, prefix: prefix + name + "/", depth: depth + 1)
            case H5I_DATASET: paths.append(prefix + name)
            default: throw WeightError.malformed(location: location, reason: "neither a group nor a data set")
            }
            guard paths.count + groups.count <= 100_000 else {
                throw WeightError.malformed(location: group, reason: "more than 100,000 entries")
            }
        }
    }

    private func links(of group: String) throws -> [String] {
        let opened = try HDF5Object(H5Gopen2(file, group, zoo_h5p_default()), group, closedBy: H5Gclose)
        var found = Links()
        let status = withUnsafeMutablePointer(to: &found) { found in
            var visitor = zoo_h5_link_visitor(
                visit: { name, isHard, context in
                    guard let name, let links = context?.assumingMemoryBound(to: Links.self) else { return -1 }
                    // Soft and external links could lead anywhere, other files included.
                    guard isHard != 0, let text = String(validatingCString: name) else { return -1 }
                    links.pointee.names.append(text)
                    return links.pointee.names.count > 100_000 ? -1 : 0
                }, context: found)
            return zoo_h5_visit_links(opened.id, &visitor)
        }
        guard status >= 0 else {
            throw WeightError.malformed(location: group, reason: "its links are damaged, too many, or lead elsewhere")
        }
        return found.names
    }

    private struct Links { var names: [String] = [] }
}
