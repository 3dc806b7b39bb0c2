/// A request as it was sent: who is asked, for what, with which parameters.
struct WebRequest: Sendable {
    /// `GET`, `HEAD`, `POST` …
    let method: String
    /// The parts of the path, decoded: a `/` that was sent as `%2F` is part of a name.
    let path: [String]
    /// The parameters in their order, decoded.
    let query: [(name: String, value: String)]
    /// Values by name in lower case.
    let headers: [String: [String]]
    var body: [UInt8] = []

    /// Whether the sender leaves the connection open.
    let keepsConnection: Bool
    /// How long the body is.
    let bodyLength: Int

    /// Reads the request line and the headers, without the empty line behind them.
    ///
    /// - Throws: `WebError` that ends the connection
    init(head: some Collection<UInt8>, limits: WebLimits) throws(WebError) {
        // A line end is \r\n; any other control character but a tab could mean one to somebody else.
        var before: UInt8 = 0
        for byte in head {
            let isAllowed = byte >= 32 || byte == 9 || byte == 13 || byte == 10 && before == 13
            guard isAllowed, byte == 10 || before != 13 else {
                throw .unreadable(400, "the request has control characters")
            }
            before = byte
        }
        guard let text = String(validating: head, as: UTF8.self) else {
            throw .unreadable(400, "the request is not UTF-8 text")
        }
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let parts = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].hasPrefix("HTTP/"), !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter)
        else { throw .unreadable(400, "the first line is no request") }
        guard parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0" else {
            throw .unreadable(505, "\(parts[2]) is not spoken")
        }
        method = String(parts[0])
        var headers: [String: [String]] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
                line[..<colon].allSatisfy(\.isTokenCharacter)
            else { throw .unreadable(400, "a header cannot be read") }
            let value = line[line.index(after: colon)...].trimmed
            headers[line[..<colon].lowercased(), default: []].append(String(value))
        }
        self.headers = headers
        let connection = (headers["connection"] ?? []).joined(separator: ",").lowercased()
        keepsConnection =
            parts[2] == "HTTP/1.1" ? !connection.contains("close") : connection.contains("keep-alive")
        guard headers["transfer-encoding"] == nil else {
            throw .unreadable(411, "a body needs its length", hint: "send Content-Length, not Transfer-Encoding")
        }
        let lengths = Set(headers["content-length"] ?? ["0"])
        guard lengths.count == 1, let length = lengths.first, !length.isEmpty, length.utf8.count < 16,
            length.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(length)
        else { throw .unreadable(400, "Content-Length is no length") }
        guard number <= limits.body else {
            throw .unreadable(
                413, "the body has \(number) bytes, \(limits.body) are taken", hint: "ask in several requests")
        }
        bodyLength = number
        try Self.checkOrigin(headers, isOld: parts[2] == "HTTP/1.0")
        (path, query) = try Self.target(parts[1], limits)
    }

    /// A name that somebody else's server made mean this machine is refused, and so is the script of another site.
    private static func checkOrigin(_ headers: [String: [String]], isOld: Bool) throws(WebError) {
        let hosts = headers["host"] ?? (isOld ? ["localhost"] : [])
        guard hosts.count == 1 else { throw .unreadable(400, "a request has one Host") }
        guard isHere(hosts[0]) else {
            throw .unreadable(
                403, "Host '\(hosts[0].prefix(100))' is not this machine", hint: "ask localhost or 127.0.0.1")
        }
        for origin in headers["origin"] ?? [] {
            guard let name = origin.split(separator: "://", maxSplits: 1).last, origin.hasPrefix("http"),
                isHere(String(name))
            else {
                throw .unreadable(
                    403, "pages of '\(origin.prefix(100))' may not ask", hint: "open the page of this server")
            }
        }
    }

    private static func isHere(_ host: String) -> Bool {
        let parts = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let hasPort = parts.count == 2
        return ["localhost", "127.0.0.1"].contains(parts[0].lowercased())
            && (!hasPort || UInt16(parts[1]) != nil && parts[1].utf8.allSatisfy { (48...57).contains($0) })
    }

    private static func target(
        _ target: Substring, _ limits: WebLimits
    ) throws(WebError) -> (path: [String], query: [(name: String, value: String)]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].hasPrefix("/") else { throw .unreadable(400, "the path does not begin with /") }
        var path: [String] = []
        for part in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            path.append(try decoded(part, isForm: false))
        }
        if path.last == "" { path.removeLast() }
        guard parts.count == 2 else { return (path, []) }
        let pairs = parts[1].split(separator: "&")
        guard pairs.count <= limits.parameters else {
            throw WebError(
                400, "there are \(pairs.count) parameters, \(limits.parameters) are taken",
                hint: "ask in several requests")
        }
        var query: [(name: String, value: String)] = []
        for pair in pairs {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append(
                (try decoded(sides[0], isForm: true), sides.count > 1 ? try decoded(sides[1], isForm: true) : ""))
        }
        return (path, query)
    }

    /// Text without its percent escapes.
    private static func decoded(_ text: Substring, isForm: Bool) throws(WebError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                    rest.prefix(2).allSatisfy({ $0 != UInt8(ascii: "+") })
                else {
                    throw WebError(
                        400, "a percent sign has no two hexadecimal digits behind it", hint: "write %25 for %")
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+") where isForm: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else {
            throw WebError(400, "a name or value holds a NUL character", hint: "leave out %00")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WebError(400, "a name or value is not UTF-8 text", hint: "escape the bytes of UTF-8 as %C3%A9")
        }
        return text
    }
}

extension Character {
    /// Whether names of methods and headers may have it (RFC 9110, 5.6.2).
    fileprivate var isTokenCharacter: Bool {
        isASCII && (isLetter || isNumber || "!#$%&'*+-.^_`|~".contains(self))
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text.drop { $0 == " " || $0 == "\t" }
    }
}
