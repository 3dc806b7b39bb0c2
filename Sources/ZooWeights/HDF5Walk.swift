import CHDF5

/// Collects the paths of the data sets and groups below a group, in the order in which they were written.
struct HDF5Walk {
    private let file: hid_t
    /// Access properties that keep to the file.
    private let access: hid_t
    /// Whether soft links are followed, which Zoo's own files do not have.
    private let followsSoftLinks: Bool
    private(set) var paths: [String] = []
    private(set) var groups: [String] = []
    /// The data sets by what tells them apart: one can have several names.
    private var numbers: [UInt64: [String]] = [:]

    init(file: hid_t, access: hid_t, followsSoftLinks: Bool) {
        (self.file, self.access, self.followsSoftLinks) = (file, access, followsSoftLinks)
    }

    /// The names of data sets that have several.
    var synonyms: [[String]] { numbers.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] } }

    /// Goes into `group`. Links can form rings and there may be any number of them, so depth and count are bounded. Named types, and
    /// soft links that lead nowhere, hold nothing.
    mutating func visit(_ group: String, prefix: String, depth: Int) throws {
        guard depth < 16 else { throw WeightError.malformed(location: group, reason: "groups nest too deeply") }
        for name in try links(of: group) {
            let location = group + "/" + name
            guard H5Oexists_by_name(file, location, access) != 0 else { continue }
            let object = try HDF5Object(H5Oopen(file, location, access), location, closedBy: H5Oclose)
            switch H5Iget_type(object.id) {
            case H5I_GROUP:
                groups.append(prefix + name)
                try visit(location, prefix: prefix + name + "/", depth: depth + 1)
            case H5I_DATASET:
                paths.append(prefix + name)
                numbers[zoo_h5_object_number(object.id), default: []].append(prefix + name)
            case H5I_DATATYPE: break
            default: throw WeightError.malformed(location: location, reason: "neither a group nor a data set")
            }
            guard paths.count + groups.count <= 100_000 else {
                throw WeightError.malformed(location: group, reason: "more than 100,000 entries")
            }
        }
    }

    private func links(of group: String) throws -> [String] {
        let opened = try HDF5Object(H5Oopen(file, group, access), group, closedBy: H5Oclose)
        var found = Links(followsSoft: followsSoftLinks)
        let status = withUnsafeMutablePointer(to: &found) { found in
            var visitor = zoo_h5_link_visitor(
                visit: { name, kind, context in
                    guard let name, let links = context?.assumingMemoryBound(to: Links.self) else { return -1 }
                    // External links lead to other files.
                    let (hard, soft) = (Int32(ZOO_H5_HARD_LINK), Int32(ZOO_H5_SOFT_LINK))
                    guard kind == hard || kind == soft && links.pointee.followsSoft,
                        let text = String(validatingCString: name)
                    else { return -1 }
                    links.pointee.names.append(text)
                    return links.pointee.names.count > 100_000 ? -1 : 0
                }, context: found)
            return zoo_h5_visit_links(opened.id, &visitor)
        }
        guard status >= 0 else {
            throw WeightError.malformed(
                location: group, reason: "its links are damaged, too many, or lead elsewhere")
        }
        return found.names
    }

    private struct Links {
        let followsSoft: Bool
        var names: [String] = []
    }
}
