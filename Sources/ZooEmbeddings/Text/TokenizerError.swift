/// Why a `tokenizer.json` cannot be used.
package enum TokenizerError: Error, Hashable, CustomStringConvertible {
    /// A part that Zoo does not have.
    case unsupported(part: String)
    /// A part that contradicts itself or others.
    case malformed(part: String, reason: String)

    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .unsupported(let part):
            "the tokenizer has \(part), which Zoo does not have; see 'Text to vectors' in docs/embeddings.md for what it has"
        case .malformed(let part, let reason): "the tokenizer's \(part): \(reason)"
        }
    }
}

extension JSONNode {
    /// The kind of a part of a tokenizer.
    ///
    /// - Throws: `TokenizerError` where it names none
    func type(of part: String) throws(TokenizerError) -> String {
        guard let type = self["type"]?.text else {
            throw .malformed(part: part, reason: "it has no type")
        }
        return type
    }

    /// A truth value of a part.
    ///
    /// - Throws: `TokenizerError` where it is something else, or missing without a default
    func flag(_ name: String, of part: String, default value: Bool? = nil) throws(TokenizerError) -> Bool {
        guard let bool = self[name].map(\.bool) ?? value else {
            throw .malformed(part: part, reason: "\(name) must be true or false")
        }
        return bool
    }

    /// A text of a part.
    ///
    /// - Throws: `TokenizerError` where it is missing or something else
    func string(_ name: String, of part: String) throws(TokenizerError) -> String {
        guard let text = self[name]?.text else { throw .malformed(part: part, reason: "\(name) must be a text") }
        return text
    }
}

extension String {
    /// The numbers of its characters.
    var scalarValues: [UInt32] { unicodeScalars.map(\.value) }

    /// A text of numbers of characters.
    init(scalarValues: ArraySlice<UInt32>) {
        var view = String.UnicodeScalarView()
        for value in scalarValues { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        self = String(view)
    }
}
