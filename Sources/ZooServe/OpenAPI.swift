import ZooWorkflows

/// The description of the routes, made of the table that they are routed by.
///
/// - Source: OpenAPI Specification 3.1.0
enum OpenAPI {
    /// The document.
    static var document: JSONValue {
        .object([
            "openapi": .text("3.1.0"),
            "info": .object([
                "title": .text("zoo serve"), "version": .text(ZooVersion.current),
                "description": .text(
                    "What a home of zoo holds, read only, on this machine alone. Answers are those of the commands with --json."
                ),
            ]),
            "paths": .object(Dictionary(uniqueKeysWithValues: Route.all.map { ($0.path, operations(of: $0)) })),
            "components": .object([
                "schemas": .object([
                    "Error": object(["error", "hint"], types: ["error": "string", "hint": "string"])
                ])
            ]),
        ])
    }

    private static func operations(of route: Route) -> JSONValue {
        let inPath = route.parameters.filter { route.path.contains("{\($0.name)}") }
        let others = route.parameters.filter { !route.path.contains("{\($0.name)}") }
        var operations: [String: JSONValue] = [:]
        var shared: [String: JSONValue] = [
            "summary": .text(route.about), "responses": .object(["200": answer(of: route), "default": error]),
        ]
        shared["operationId"] = .text(identifier("get", route))
        shared["parameters"] = .array(
            (inPath + others).map { parameter($0, inPath: route.path.contains("{\($0.name)}")) })
        operations["get"] = .object(shared)
        if route.takesBody {
            shared["operationId"] = .text(identifier("post", route))
            shared["parameters"] = .array(inPath.map { parameter($0, inPath: true) })
            let row: JSONValue = .object([
                "type": .text("object"), "minProperties": .integer(1),
                "additionalProperties": .object([
                    "type": .array(["string", "number", "boolean", "null"].map { .text($0) })
                ]),
            ])
            let body: JSONValue = .object([
                "oneOf": .array([row, .object(["type": .text("array"), "items": row])])
            ])
            shared["requestBody"] = .object([
                "required": .bool(true), "content": .object(["application/json": .object(["schema": body])]),
            ])
            let one = object(route.answer ?? [], types: [:])
            shared["responses"] = .object([
                "200": content(
                    "application/json",
                    .object(["oneOf": .array([one, .object(["type": .text("array"), "items": one])])]),
                    "The prediction, or one for each row."), "default": error,
            ])
            operations["post"] = .object(shared)
        }
        return .object(operations)
    }

    private static func identifier(_ method: String, _ route: Route) -> String {
        ([method] + route.path.split { !$0.isLetter && !$0.isNumber }.map(String.init)).joined(separator: "_")
    }

    private static func parameter(_ parameter: Route.Parameter, inPath: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .text(parameter.name), "in": .text(inPath ? "path" : "query"),
            "description": .text(parameter.about),
            "required": .bool(inPath || parameter.isRequired),
        ]
        var schema: [String: JSONValue]
        switch parameter.kind {
        case .text: schema = ["type": .text("string")]
        case .number(let range):
            schema = [
                "type": .text("integer"), "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .choice(let names): schema = ["type": .text("string"), "enum": .array(names.map { .text($0) })]
        case .texts: schema = ["type": .text("array"), "items": .object(["type": .text("string")])]
        case .any:
            schema = ["type": .text("object"), "additionalProperties": .object(["type": .text("string")])]
        }
        if inPath { schema["minLength"] = .integer(1) }
        if let value = parameter.defaultValue { schema["default"] = Int64(value).map { .integer($0) } ?? .text(value) }
        members["schema"] = .object(schema)
        return .object(members)
    }

    private static func answer(of route: Route) -> JSONValue {
        guard let keys = route.answer else {
            return content("text/html", .object(["type": .text("string")]), "A page.")
        }
        let one = keys.isEmpty ? .object(["type": .text("object")]) : object(keys, types: [:])
        return content(
            "application/json", route.isArray ? .object(["type": .text("array"), "items": one]) : one, "The answer.")
    }

    private static func object(_ keys: [String], types: [String: String]) -> JSONValue {
        .object([
            "type": .text("object"), "required": .array(keys.map { .text($0) }),
            "properties": .object(
                Dictionary(
                    uniqueKeysWithValues: keys.map { key in
                        (key, .object(types[key].map { ["type": .text($0)] } ?? [:]))
                    })),
        ])
    }

    private static var error: JSONValue {
        content(
            "application/json", .object(["$ref": .text("#/components/schemas/Error")]),
            "What is wrong, and what to do instead.")
    }

    private static func content(_ type: String, _ schema: JSONValue, _ about: String) -> JSONValue {
        .object(["description": .text(about), "content": .object([type: .object(["schema": schema])])])
    }
}
