import ZooRecords

/// A file that an import came across, before anybody looked into it.
package struct FoundImage: Sendable, Equatable {
    /// Its path from the imported folder.
    package var name: String
    /// Its path from the root of the file system.
    package var path: String
    /// What is said to be in it, as places in the list of classes, rising.
    package var labels: [Int]
    /// What it is there for; nil where nothing says so.
    package var split: DataPart?
}

/// A file that was left out, and why.
public struct ImageProblem: Error, Sendable, Equatable, Codable {
    /// Its path from the imported folder, or what the file of labels calls it.
    public let name: String
    /// What is wrong with it.
    public let reason: String

    /// Names a file and what is wrong with it.
    public init(name: String, reason: String) { (self.name, self.reason) = (name, reason) }
}

/// The files that an import is to look into.
package struct ImageListing: Sendable, Equatable {
    /// What can be in an image, in the order of the bytes of the names.
    package var classes: [String]
    /// Whether an image can have several labels, or none.
    package var isMultiLabel = false
    /// The files, in the order of the bytes of their names.
    package var images: [FoundImage] = []
    /// What was left out so far.
    package var problems: [ImageProblem]
    /// What else is to be said.
    package var notes: [String] = []

    /// Begins a listing with the names of its classes, of which some may be there several times.
    ///
    /// Upper and lower case make different classes, as they do for handwritten letters, and are noted. Names that differ only
    /// in their Unicode form (composed or decomposed) are one class, which is noted as well.
    init(classNames: some Sequence<String>, problems: [ImageProblem] = []) {
        // Strings are equal in Swift where their normal forms are: the bytes tell them apart.
        let forms = Set(classNames.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
        let byName = Dictionary(grouping: forms) { $0 }
        // The composed form is what people type.
        classes = byName.values.compactMap { $0.min { $0.unicodeScalars.count < $1.unicodeScalars.count } }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.problems = problems
        var folded: [String: String] = [:]
        for name in classes {
            if byName[name, default: []].count > 1 {
                notes.append(
                    "class '\(name)' stands in several Unicode forms (composed and decomposed), which are one class")
            }
            if let other = folded.updateValue(name, forKey: name.lowercased()) {
                notes.append("classes '\(other)' and '\(name)' differ only in case: are they one?")
            }
        }
    }

    /// Puts the files into their order.
    mutating func sort() { images.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
}
