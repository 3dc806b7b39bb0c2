import Foundation

/// What is sent back: a status with a body.
struct WebAnswer: Sendable {
    /// The status code of HTTP.
    var status = 200
    /// The type of the body.
    var type = "application/json; charset=utf-8"
    /// Further headers.
    var headers: [(name: String, value: String)] = []
    var body: Data

    /// A JSON document.
    init(json: String) { body = Data((json + "\n").utf8) }

    /// A page.
    init(html: String) { (type, body) = ("text/html; charset=utf-8", Data(html.utf8)) }

    /// An error as `{"error": …, "hint": …}`.
    init(_ error: WebError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        body = (try? encoder.encode(["error": error.message, "hint": error.hint])) ?? Data()
        body.append(UInt8(ascii: "\n"))
        (status, headers) = (error.status, error.headers)
    }

    /// The status line and the headers.
    ///
    /// - Parameter isLast: whether the connection is closed afterwards
    func head(isLast: Bool) -> Data {
        let own = [
            ("Content-Type", type), ("Content-Length", "\(body.count)"), ("Cache-Control", "no-cache"),
            // No other site reads an answer, frames a page or is told where a link was.
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ]
        let all = own + headers.map { ($0.name, $0.value) } + (isLast ? [("Connection", "close")] : [])
        let lines = ["HTTP/1.1 \(status) \(Self.phrase(status))"] + all.map { "\($0): \($1)" }
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Internal Server Error"
        }
    }
}
