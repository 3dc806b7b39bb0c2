/// What a data set of texts amounts to.
package struct TextSummary: Sendable, Equatable, Codable {
    /// How many texts.
    package let documents: Int
    /// How many characters (Unicode scalars) they have in all.
    package let characters: Int
    /// How many bytes those take in UTF-8.
    package let bytes: Int
    /// How many different characters there are.
    package let alphabet: Int
    /// What the texts are examples of, the most frequent first; empty where they are not labelled.
    package let labels: [Label]

    /// A label with how many texts have it.
    package struct Label: Sendable, Equatable, Codable {
        /// The label.
        package let label: String
        /// How many texts have it.
        package let count: Int
    }

    init(_ documents: [NewText]) {
        var (characters, bytes) = (0, 0)
        var seen = [Bool](repeating: false, count: 0x11_0000)
        var labels: [String: Int] = [:]
        for document in documents {
            for scalar in document.text.unicodeScalars {
                characters += 1
                seen[Int(scalar.value)] = true
            }
            bytes += document.text.utf8.count
            if let label = document.label { labels[label, default: 0] += 1 }
        }
        self.documents = documents.count
        self.characters = characters
        self.bytes = bytes
        alphabet = seen.count { $0 }
        self.labels = labels.map { Label(label: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.label) < ($0.count, $1.label)
        }
    }
}
