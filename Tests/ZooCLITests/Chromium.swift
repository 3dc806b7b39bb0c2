import Foundation
import Testing

/// Debian's browser, without a window.
enum Chromium {
    /// The program; nil where it is not installed.
    static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Opens a page from its file, runs JavaScript in it, and gives back the object that it returns.
    static func ask(_ box: Sandbox, page: String, _ script: String) throws -> [String: Any] {
        let html = try String(contentsOf: box.folder.appendingPathComponent(page), encoding: .utf8)
        let end = try #require(html.range(of: "</body>", options: .backwards))
        // The answer is the page's only text when it is there.
        let asking = """
            <script>(async () => { let answer; try { answer = await (async () => { \(script) })() } catch (error) { answer = { error: String(error) } }
            document.body.textContent = 'ANSWER' + btoa(unescape(encodeURIComponent(JSON.stringify(answer)))) + 'END' })()</script>

            """
        let copy = box.folder.appendingPathComponent("asked.html")
        try Data((html[..<end.lowerBound] + asking + html[end.lowerBound...]).utf8).write(to: copy)
        // The browser's clock runs ahead of a busy machine, which may not have drawn the page by then: it gets more.
        var answer: Data?
        var output = ""
        for milliseconds in [20_000, 100_000, 500_000] where answer == nil {
            let arguments = [
                "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(box.folder.path)/browser",
                "--window-size=1000,700", "--virtual-time-budget=\(milliseconds)", "--dump-dom", "file://\(copy.path)",
            ]
            let run = try ZooProcess(
                arguments, program: program ?? "chromium", environment: box.environment, in: box.folder
            ).wait()
            output = "\(run.stdout.suffix(2000)) \(run.stderr.suffix(2000))"
            let text = run.stdout.split(separator: "ANSWER").last?.split(separator: "END").first ?? ""
            answer = text.isEmpty ? nil : Data(base64Encoded: String(text))
        }
        let data = try #require(answer, "\(output)")
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
