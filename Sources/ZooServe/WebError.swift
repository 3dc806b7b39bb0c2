import ZooData
import ZooEmbeddings
import ZooWeights
import ZooWorkflows

/// Why a request is not answered as it was asked.
struct WebError: Error {
    /// The status code of HTTP.
    let status: Int
    /// What is wrong, in one line.
    let message: String
    /// What to do instead.
    let hint: String
    /// Further headers of the answer.
    var headers: [(name: String, value: String)] = []
    /// Whether the connection cannot be read on.
    var endsConnection = false

    init(_ status: Int, _ message: String, hint: String) {
        (self.status, self.message, self.hint) = (status, message, hint)
    }

    /// A request that cannot be read to its end.
    static func unreadable(_ status: Int, _ message: String, hint: String = "send one request of HTTP/1.1") -> WebError
    {
        var error = WebError(status, message, hint: hint)
        error.endsConnection = true
        return error
    }

    /// The same of one row of several.
    func inRow(_ number: Int) -> WebError {
        var error = WebError(status, "row \(number): \(message)", hint: hint)
        (error.headers, error.endsConnection) = (headers, endsConnection)
        return error
    }

    /// What went wrong in a use case: 404 for what there is not, 409 for what a model cannot do, 503 for a database that another
    /// program holds, 500 for damage, else 400.
    init(_ error: any Error) {
        let manual = "/openapi.json describes every request"
        switch error {
        case let error as WebError: self = error
        case WorkflowError.unknown(let kind, let name, let advice):
            self.init(404, "there is no \(kind) '\(name)'", hint: advice)
        case DataError.unknown(let kind, let name, let known):
            self.init(404, "there is no \(kind) '\(name)'", hint: "there are \(known.joined(separator: ", "))")
        case EmbeddingError.notFound, EmbeddingError.ambiguous:
            self.init(404, "\(error)", hint: "'near' takes a key, a label or part of one")
        case WorkflowError.unsuitable, EmbeddingError.tooFew, EmbeddingError.missingColumn:
            self.init(409, Self.spelled("\(error)"), hint: "/api/models lists the models")
        case DataError.locked:
            self.init(503, "\(error)", hint: "ask again")
            headers = [("Retry-After", "1")]
        case DataError.database, DataError.unreadable, is WeightError:
            self.init(500, "\(error)", hint: "'zoo models verify' checks the files")
        case is WorkflowError, is DataError, is EmbeddingError: self.init(400, "\(error)", hint: manual)
        default: self.init(400, "\(error)", hint: manual)
        }
    }

    /// A text with the program's option as the parameter that it is here.
    static func spelled(_ text: String) -> String { text.replacing("--exact", with: "exact=1") }
}
