import ZooWorkflows

/// A request that the server answers, as it is routed and described.
struct Route: Sendable {
    /// A part of the path, or of what stands behind the question mark.
    struct Parameter: Sendable {
        enum Kind: Sendable {
            case text
            case number(ClosedRange<Int>)
            case choice([String])
            /// May be there several times.
            case texts
            /// Any names, each with a text.
            case any
        }
        let name: String
        let kind: Kind
        let about: String
        var isRequired = false
        var defaultValue: String?
    }

    /// A thread with a connection to the database and loaded models of its own: requests of one lane are answered in turn, and do not
    /// wait for those of another.
    enum Lane: Int, CaseIterable {
        /// What the catalogue has.
        case catalogue
        /// Named queries.
        case queries
        /// Vectors, their indexes and maps.
        case vectors
        /// Predictions and recommendations.
        case models
    }

    /// Its path, with names of variable parts in braces: `/api/models/{name}`.
    let path: String
    /// What it answers, in a sentence.
    let about: String
    var parameters: [Parameter] = []
    /// Keys that the answer always has; nil for a page.
    var answer: [String]? = []
    /// Whether the answer is an array of such objects.
    var isArray = false
    /// Whether POST asks the same with a body of JSON.
    var takesBody = false
    /// Who answers it.
    var lane = Lane.models
    let respond: @Sendable (Call) throws -> WebAnswer

    /// The parts of its path.
    var parts: [Substring] { path.split(separator: "/") }

    /// The values of the variable parts, where this is the route of a path.
    func match(_ path: [String]) -> [String: String]? {
        let parts = parts
        guard parts.count == path.count else { return nil }
        var values: [String: String] = [:]
        for (part, given) in zip(parts, path) {
            if part.hasPrefix("{") {
                guard !given.isEmpty else { return nil }
                values[String(part.dropFirst().dropLast())] = given
            } else if part != given {
                return nil
            }
        }
        return values
    }
}

/// A request with the route that it takes.
struct Call {
    let workspace: Workspace
    let request: WebRequest
    let limits: WebLimits
    /// The variable parts of the path.
    let values: [String: String]

    subscript(value name: String) -> String { values[name] ?? "" }

    /// All values of a parameter.
    func texts(_ name: String) -> [String] { request.query.filter { $0.name == name }.map(\.value) }

    /// The value of a parameter that may be there once.
    ///
    /// - Throws: `WebError`
    func text(_ name: String) throws(WebError) -> String? {
        let values = texts(name)
        guard values.count < 2 else {
            throw WebError(400, "'\(name)' is there \(values.count) times", hint: "give it once")
        }
        return values.first
    }

    /// The same of a whole number.
    func number(_ name: String, _ range: ClosedRange<Int>, default value: Int) throws(WebError) -> Int {
        guard let text = try text(name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw WebError(
                400, "'\(name)' is '\(text.prefix(100))'",
                hint: "it is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The values of parameters of any name, each given once.
    func columns() throws(WebError) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in request.query {
            guard values.updateValue(value, forKey: name) == nil else {
                throw WebError(400, "'\(name.prefix(100))' is there more than once", hint: "give it once")
            }
        }
        return values
    }
}
