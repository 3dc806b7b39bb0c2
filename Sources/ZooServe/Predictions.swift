import Foundation
import ZooWorkflows

extension Route {
    /// Predicts the row of the query, or those of the body: an object is answered by an object, a list by a list.
    @Sendable static func predict(_ call: Call) throws -> WebAnswer {
        guard call.request.method == "POST" else {
            let texts = call.texts("text")
            if !texts.isEmpty, texts.count == call.request.query.count,
                let predict = try call.workspace.kind(of: call[value: "name"]).predictTexts
            {
                return try .json(predict(call.workspace, call[value: "name"], texts))
            }
            return try .json(prediction(of: call.columns().mapValues { .text($0) }, call))
        }
        guard call.request.query.isEmpty else {
            throw WebError(400, "a POST has its columns in the body", hint: "send an object, or a list of objects")
        }
        let types = call.request.headers["content-type"] ?? []
        guard types.count == 1,
            types[0].lowercased().split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
                == "application/json"
        else { throw WebError(415, "the body is not said to be JSON", hint: "send Content-Type: application/json") }
        let notJSON = WebError(
            400, "the body is no JSON of one row or a list of rows", hint: "send {\"column\": value, …}")
        let value: JSONValue
        // JSON is UTF-8, in which a NUL is always escaped (RFC 8259, 7 and 8.1); decoders guess at other encodings.
        guard !call.request.body.contains(0), String(validating: call.request.body, as: UTF8.self) != nil else {
            throw notJSON
        }
        do { value = try JSONDecoder().decode(JSONValue.self, from: Data(call.request.body)) } catch { throw notJSON }
        if let name = RepeatedName.first(in: call.request.body) {
            throw WebError(400, "'\(name.prefix(100))' is in a row more than once", hint: "give it once")
        }
        switch value {
        case .object(let row): return try .json(prediction(of: row, call))
        case .array(let rows):
            guard rows.count <= call.limits.rows else {
                throw WebError(
                    413, "there are \(rows.count) rows, \(call.limits.rows) are taken",
                    hint: "'zoo predict \(call[value: "name"]) --input FILE' takes any number")
            }
            let end = ContinuousClock.now + .seconds(call.limits.answerTime)
            return try .json(
                rows.enumerated().map { place, row in
                    guard case .object(let row) = row else { throw notJSON }
                    guard ContinuousClock.now < end else {
                        throw WebError(
                            503, "the rows take longer than \(Int(call.limits.answerTime)) seconds", hint: "send fewer")
                    }
                    do { return AnyPrediction(try prediction(of: row, call)) } catch {
                        throw WebError(error).inRow(place + 1)
                    }
                })
        default: throw notJSON
        }
    }

    private static func prediction(of row: [String: JSONValue], _ call: Call) throws -> any Encodable & Sendable {
        let (name, workspace) = (call[value: "name"], call.workspace)
        let kind = try workspace.kind(of: name)
        if let predict = kind.predictRow {
            let numbers = Set(row.filter { $0.value.isNumber }.keys)
            let row = try columns(row)
            guard !row.isEmpty else {
                throw WebError(400, "no column is given", hint: "/api/models/\(name) has the model's columns")
            }
            let columns = row.sorted { $0.key < $1.key }.map { (column: $0.key, value: $0.value) }
            return try predict(workspace, name, .row(columns, numbers: numbers))
        }
        guard let predict = kind.predictTexts else {
            throw WebError(409, "model '\(name)' predicts nothing here", hint: kind.use(name))
        }
        let hint = "?text=…, or {\"text\": \"…\"}"
        guard row["text"] != nil, row.count == 1 else {
            throw WebError(400, "a text classifier takes 'text' and no other column", hint: hint)
        }
        guard let text = try columns(row)["text"] else {
            throw WebError(400, "'text' is null", hint: hint)
        }
        return try predict(workspace, name, [text])
    }

    /// The values as texts, as command lines have them; null is left out.
    private static func columns(_ row: [String: JSONValue]) throws -> [String: String] {
        try row.compactMapValues { value in
            switch value {
            case .null: nil
            case .text(let text): text
            case .bool, .integer, .unsigned, .number: try ResultJSON.line(value)
            case .array, .object:
                throw WebError(
                    400, "a value is a list or an object", hint: "values are numbers, texts, true, false and null")
            }
        }
    }
}

extension JSONValue {
    /// Whether it is a number, not a text that looks like one.
    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .number: true
        case .null, .bool, .text, .array, .object: false
        }
    }
}

/// A prediction of any kind of model.
private struct AnyPrediction: Encodable {
    private let value: any Encodable
    init(_ value: any Encodable) { self.value = value }
    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
