import Foundation
import ZooWeights

/// What a file of weights leaves out and its program knows: the keys of rows, tokens, labels, columns. As JSON, as a text of one
/// name a line, or as a pickle of texts (`itos.pkl`).
struct ForeignDescription {
    /// The file, for messages.
    let file: String
    /// What it says.
    let value: JSONValue
    private static let mostBytes = 1 << 28

    /// What a file says besides.
    init(file: String, value: JSONValue) { (self.file, self.value) = (file, value) }

    /// Reads a file.
    ///
    /// - Throws: `WorkflowError.invalid`, `ForeignFileError`
    init(contentsOf path: String) throws {
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: path, reason: reason) }
        guard FileManager.default.fileExists(atPath: path) else { throw refusal("there is no such file") }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), bytes.count < Self.mostBytes else {
            throw refusal("it cannot be read, or is no list of names")
        }
        file = path
        if PickledData.isOne(Array(bytes.prefix(3))) {
            value = JSONValue(try PickledData(contentsOf: URL(fileURLWithPath: path)))
            return
        }
        guard let text = String(bytes: bytes, encoding: .utf8) else { throw refusal("it is not UTF-8 text") }
        if let first = text.first(where: { !$0.isWhitespace }), "[{".contains(first) {
            guard let parsed = try? JSONDecoder().decode(JSONValue.self, from: bytes) else {
                throw refusal("it begins as JSON and is none; NaN and Infinity are none")
            }
            value = parsed
        } else {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.last?.isEmpty == true { lines.removeLast() }
            value = .array(lines.map { .text($0.hasSuffix("\r") ? String($0.dropLast()) : $0) })
        }
    }

    /// The member of a name; nil where it is not there, or null.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = value, let member = members[name], member != .null else { return nil }
        return member
    }

    /// The texts of a list, all of them if no list is named.
    ///
    /// - Throws: `WorkflowError.invalid` for what is no list of texts
    func texts(_ name: String? = nil) throws -> [String]? {
        guard let list = name.map({ self[$0] }) ?? value else { return nil }
        guard let texts = list.texts else {
            throw WorkflowError.invalid(
                what: file, reason: (name.map { "its '\($0)' is" } ?? "it is") + " not a list of texts")
        }
        return texts
    }

    /// Two numbers, the lower first.
    ///
    /// - Throws: `WorkflowError.invalid`
    func limits(_ name: String) throws -> ClosedRange<Float>? {
        guard let member = self[name] else { return nil }
        guard case .array(let pair) = member, pair.count == 2, let low = pair[0].real, let high = pair[1].real,
            low < high, abs(low) < 1e30, abs(high) < 1e30
        else { throw WorkflowError.invalid(what: file, reason: "its '\(name)' is not two numbers, the lower first") }
        return Float(low)...Float(high)
    }

    /// A number for each of some names.
    ///
    /// - Throws: `WorkflowError.invalid` where one is missing
    func numbers(_ name: String, of columns: [String]) throws -> [Double] {
        guard case .object(let members)? = self[name] else {
            throw WorkflowError.invalid(what: file, reason: "it has no '\(name)' by column")
        }
        return try columns.map { column in
            guard let number = members[column]?.real else {
                throw WorkflowError.invalid(what: file, reason: "its '\(name)' has no number for '\(column)'")
            }
            return number
        }
    }
}

extension JSONValue {
    /// A pickle as JSON; what has no such form is null.
    init(_ pickled: PickledData) {
        switch pickled {
        case .none, .other: self = .null
        case .boolean(let value): self = .bool(value)
        case .integer(let value): self = .integer(Int64(value))
        case .real(let value): self = .number(value)
        case .text(let value): self = .text(value)
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .array(_, let numbers): self = .array(numbers.map { .number($0) })
        case .dictionary(let entries):
            self = .object(
                Dictionary(
                    entries.compactMap { entry in entry.key.text.map { ($0, JSONValue(entry.value)) } },
                    uniquingKeysWith: { $1 }))
        case .object(_, let members): self = .object(members.mapValues { JSONValue($0) })
        }
    }

    /// A number, or true and false as 1 and 0; nil for others.
    var real: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value) where value.isFinite: value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A key as data has it; nil for lists and objects.
    var key: String? {
        switch self {
        case .text(let value): value
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): Int64(exactly: value).map { "\($0)" } ?? "\(value)"
        case .bool(let value): value ? "True" : "False"
        case .null, .array, .object: nil
        }
    }

    /// The keys of a list; nil for what is none.
    var texts: [String]? {
        guard case .array(let values) = self else { return nil }
        let texts = values.compactMap(\.key)
        return texts.count == values.count ? texts : nil
    }
}
