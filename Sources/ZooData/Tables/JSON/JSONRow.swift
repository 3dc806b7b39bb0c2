/// An object of a JSON file, its names and texts decoded.
struct JSONRow {
    /// What a value is.
    enum Kind: Equatable {
        case null, number, truth, text
        /// A list of texts, with bars between, and whether one of them holds a bar itself.
        case list(isCut: Bool)
        /// An object, or a list of numbers or truth values.
        case nested
        /// A list of objects, or of lists.
        case rows(areLists: Bool)
    }

    /// A name and its value, as ranges of `bytes`; values without bytes are none, or objects and lists.
    struct Field {
        let name: Range<Int>
        let value: Range<Int>
        let kind: Kind
    }

    /// The line on which it begins, from 1.
    var line = 0
    var bytes: [UInt8] = []
    var fields: [Field] = []
    /// Why it cannot be taken, if so.
    var problem: String?

    /// Forgets what was there.
    mutating func clear(line: Int) {
        self.line = line
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        problem = nil
    }
}

/// What is wrong with a JSON file, at the place where it is read.
struct JSONFlaw: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
