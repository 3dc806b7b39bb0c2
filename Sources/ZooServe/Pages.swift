import Foundation
import ZooData
import ZooPlots
import ZooWorkflows

extension Route {
    /// What people open, and the description of the rest.
    static let pages = [
        Route(path: "/", about: "What is in the home, with links.", answer: nil, lane: .catalogue) {
            WebAnswer(html: try HomePage($0.workspace).html)
        },
        Route(
            path: "/models/{name}/{field}", about: "The map of a field as a page.",
            parameters: [
                .init(name: "name", kind: .text, about: "Name of the model."),
                .init(name: "field", kind: .text, about: "Field of its embeddings."),
            ], answer: nil, lane: .vectors
        ) { WebAnswer(html: try $0.workspace.servedPage(model: $0[value: "name"], field: $0[value: "field"])) },
        Route(
            path: "/openapi.json", about: "This description, OpenAPI 3.1.",
            answer: ["openapi", "info", "paths", "components"], lane: .catalogue
        ) { _ in try .json(OpenAPI.document) },
    ]
}

/// The page of what is in a home: models by kind and data sets.
private struct HomePage {
    let html: String

    init(_ workspace: Workspace) throws {
        let models = try workspace.listModels()
        var body = ""
        for kind in ModelKind.all {
            let own = models.filter { $0.kind == kind.name }
            guard !own.isEmpty else { continue }
            body += "<h2>\(kind.plural.capitalizedFirst)</h2>\n<ul>\n"
            for model in own {
                let path = Self.escaped(model.name)
                let fields = try workspace.data.embeddingSizes(model: model.name).filter { $0.entries >= 4 }.map {
                    field in
                    let count = "\(field.entries.formatted(.number.locale(Locale(identifier: "en")))) × \(field.width)"
                    return
                        "<a href=\"/models/\(path)/\(Self.escaped(field.name))\">map of \(field.name.escapedForMarkup)</a> "
                        + "<small>\(count)</small>"
                }
                let about = [model.architecture, model.dataset.map { "of \($0)" }].compactMap { $0 }.joined(
                    separator: ", ")
                body +=
                    "<li><a href=\"/api/models/\(path)\">\(model.name.escapedForMarkup)</a> "
                    + "<small>\(about.escapedForMarkup)</small>\(fields.isEmpty ? "" : "<br>" + fields.joined(separator: " · "))</li>\n"
            }
            body += "</ul>\n"
        }
        let datasets = try workspace.data.datasets()
        if !datasets.isEmpty {
            let rows = datasets.map {
                "<li>\($0.name.escapedForMarkup) <small>\($0.kind.rawValue), \($0.source.escapedForMarkup)</small></li>\n"
            }
            body += "<h2>Data sets</h2>\n<ul>\n\(rows.joined())</ul>\n"
        }
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Zoo</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 50em; margin: 1.5em auto; padding: 0 1em; overflow-wrap: anywhere }
            h1 { font-size: 1.5em } h2 { font-size: 1.1em; margin-bottom: .3em } ul { margin: 0; padding-left: 1.2em } li { margin: .3em 0 }
            small { opacity: .75 }
            </style>
            </head>
            <body>
            <h1>Zoo</h1>
            \(body)<h2>For programs</h2>
            <p><a href="/api/models">/api/models</a> · <a href="/api/datasets">/api/datasets</a> · <a href="/api/queries">/api/queries</a> ·
            <a href="/openapi.json">/openapi.json</a> describes every request.</p>
            </body>
            </html>

            """
    }

    /// A name as a part of a path.
    private static func escaped(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "!"..."~")))
            ?? ""
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
