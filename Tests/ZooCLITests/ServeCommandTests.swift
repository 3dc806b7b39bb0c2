import Foundation
import Testing

@Suite struct ServeCommandTests {
    @Test func aServerSaysItsAddressAnswersAndEndsQuietly() throws {
        try withSandbox { box in
            let server = try box.start(["serve", "--port", "0"])
            defer { server.kill() }
            var line = ""
            for _ in 0..<3_000 where !line.contains("\n") {
                usleep(10_000)
                line = server.written
            }
            let port = try #require(line.firstMatch(of: #/^http://127\.0\.0\.1:(\d+)/ serves .*Ctrl-C.*\n$/#)?.1)
            let asked = try box.shell(
                """
                exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(port)
                printf "GET /api/models HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n" >&3; cat <&3'
                """)
            #expect(asked.stdout.hasPrefix("HTTP/1.1 200 OK") && asked.stdout.contains("\"bike-sharing\""))
            let second = try box.fail("serve", "--port", String(port))
            #expect(second.contains("port \(port)") && second.contains("--port 0"))
            server.interrupt()
            let run = server.wait()
            #expect(run.code == 130 && run.stderr.isEmpty)
            for arguments in [["--port", "65536"], ["--port", "-1"], ["--host", "0.0.0.0"], ["extra"]] {
                #expect(try box.start(["serve"] + arguments).wait().code == 64, "\(arguments)")
            }
        }
    }
}
