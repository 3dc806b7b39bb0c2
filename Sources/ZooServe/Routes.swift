import ZooEmbeddings
import ZooWorkflows

extension Route {
    /// All that is answered.
    static let all =
        pages + [
            Route(
                path: "/api/models", about: "The models of the home, with those that ship.",
                answer: ["name", "kind", "architecture", "dataset", "bytes", "created", "is_shipped", "status"],
                isArray: true, lane: .catalogue
            ) { try .json($0.workspace.listModels()) },
            Route(
                path: "/api/models/{name}", about: "A model in full, as 'zoo models show' has it.", parameters: [model],
                answer: ["name", "kind", "architecture", "fields", "metrics", "configuration", "weights", "sha256"],
                lane: .catalogue
            ) { try .json($0.workspace.showModel(named: $0[value: "name"])) },
            Route(
                path: "/api/models/{name}/recommend",
                about: "Items for a user of the data set, or for who likes some items.",
                parameters: [
                    model, .init(name: "user", kind: .text, about: "Key of a user of the data set; else give items."),
                    .init(
                        name: "items", kind: .texts,
                        about: "Key, title or part of a title of an item that somebody new likes; repeated for several."
                    ),
                    count,
                ], answer: ["model", "user", "rated_items", "items", "notes", "unknown", "ambiguous"],
                respond: recommend),
            Route(
                path: "/api/models/{name}/predict",
                about:
                    "The prediction for a row of a table, or for texts. POST takes a row as an object, or a list of rows.",
                parameters: [
                    model,
                    .init(
                        name: "columns", kind: .any,
                        about: "Columns with their values; 'text', also repeated, for a text classifier."),
                ], answer: ["model", "predictions", "rows", "columns"], takesBody: true, respond: predict),
            Route(
                path: "/api/models/{name}/{field}/neighbours", about: "The entries closest to one.",
                parameters: [
                    model, field,
                    .init(
                        name: "near", kind: .text, about: "Key or label of an entry, or part of its label.",
                        isRequired: true),
                    count,
                    .init(
                        name: "metric", kind: .choice(SimilarityMetric.allCases.map(\.rawValue)),
                        about: "Measure of what is close.", defaultValue: SimilarityMetric.cosine.rawValue),
                    .init(
                        name: "exact", kind: .number(0...1),
                        about: "1 compares all vectors, also where there is an index of them.", defaultValue: "0"),
                ], answer: ["model", "field", "question", "metric", "entries"], lane: .vectors,
                respond: neighbours),
            Route(
                path: "/api/models/{name}/{field}/map",
                about: """
                    Places of the entries in the plane: of the newest table of 'zoo map', else the principal components; with the \
                    clusters of the last 'zoo map --cluster'.
                    """, parameters: [model, field],
                answer: [
                    "model", "field", "method", "metric", "clusters", "unclustered", "notes", "points", "written",
                ],
                lane: .vectors
            ) { try .json($0.workspace.servedMap(model: $0[value: "name"], field: $0[value: "field"]).report) },
            Route(
                path: "/api/datasets", about: "The data sets of the database.",
                answer: ["name", "kind", "splits", "source", "created", "fingerprint"], isArray: true,
                lane: .catalogue
            ) { try .json($0.workspace.data.datasets()) },
            Route(
                path: "/api/queries", about: "The named queries with their parameters.",
                answer: ["name", "purpose", "parameters", "parameter_details"], isArray: true, lane: .catalogue
            ) { _ in try .json(Workspace.namedQueries) },
            Route(
                path: "/api/queries/{name}", about: "The rows that a named query gives, each with its columns.",
                parameters: [
                    .init(name: "name", kind: .text, about: "Name of the query; /api/queries lists them."),
                    .init(name: "parameters", kind: .any, about: "Parameters of the query with their values."),
                ], isArray: true, lane: .queries, respond: query),
        ]

    private static let model = Parameter(name: "name", kind: .text, about: "Name of the model; /api/models lists them.")
    private static let field = Parameter(
        name: "field", kind: .text, about: "Field of its embeddings: user, item, token, class, image, or a column.")
    private static let count = Parameter(
        name: "n", kind: .number(1...WebLimits().entries), about: "Number of entries.", defaultValue: "10")

    @Sendable private static func neighbours(_ call: Call) throws -> WebAnswer {
        guard let near = try call.text("near"), near.contains(where: { !$0.isWhitespace }) else {
            throw WebError(
                400, "'near' is missing or empty", hint: "?near=KEY names the entry whose neighbours are asked for")
        }
        let name = try call.text("metric") ?? SimilarityMetric.cosine.rawValue
        guard let metric = SimilarityMetric(rawValue: name) else {
            throw WebError(
                400, "'metric' is '\(name.prefix(100))'",
                hint: "it is one of \(SimilarityMetric.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var report = try call.workspace.neighbours(
            model: call[value: "name"], field: call[value: "field"], near: near,
            count: call.number("n", 1...call.limits.entries, default: 10), metric: metric,
            exact: call.number("exact", 0...1, default: 0) == 1)
        report.notes = report.notes.map(WebError.spelled)
        return try .json(report)
    }

    @Sendable private static func recommend(_ call: Call) throws -> WebAnswer {
        let (user, items) = (try call.text("user"), call.texts("items"))
        guard (user == nil) != items.isEmpty else {
            throw WebError(400, "give either 'user' or 'items'", hint: "?user=42, or ?items=Aliens&items=Alien")
        }
        var request = RecommendRequest(model: call[value: "name"], person: user.map { .user($0) } ?? .items(items))
        request.count = try call.number("n", 1...call.limits.entries, default: 10)
        return try .json(call.workspace.recommend(request))
    }

    @Sendable private static func query(_ call: Call) throws -> WebAnswer {
        // Only those that are built in: their names are no files and no SQL.
        guard Workspace.namedQueries.contains(where: { $0.name == call[value: "name"] }) else {
            throw WebError(
                404, "there is no query '\(call[value: "name"].prefix(100))'", hint: "/api/queries lists them")
        }
        let prepared = try call.workspace.query(call[value: "name"], parameters: try call.columns())
        let end = ContinuousClock.now + .seconds(call.limits.answerTime)
        var text = ""
        try prepared.forEachLineOfJSON { line in
            text += (text.isEmpty ? "" : "\n") + line
            guard text.utf8.count <= call.limits.answer else { throw WebError.tooLarge(call.limits) }
            guard ContinuousClock.now < end else {
                throw WebError(
                    503, "the query takes longer than \(Int(call.limits.answerTime)) seconds",
                    hint: "'zoo query \(call[value: "name"])' has no limit")
            }
        }
        return WebAnswer(json: text)
    }
}

extension WebError {
    /// An answer that is not sent.
    static func tooLarge(_ limits: WebLimits) -> WebError {
        WebError(413, "the answer is larger than \(limits.answer >> 20) MB", hint: "ask for less")
    }
}

extension WebAnswer {
    /// A result as the commands print it with `--json`.
    static func json(_ value: some Encodable) throws -> WebAnswer { WebAnswer(json: try ResultJSON.document(value)) }
}
