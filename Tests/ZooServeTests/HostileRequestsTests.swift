import Foundation
import Testing
import ZooServe
import ZooWorkflows

@Suite(.serialized) struct HostileRequestsTests {
    @Test func whatThereIsNotIsSaidWithAHint() async throws {
        try await withServer { client, _ in
            let near = "/api/models/movielens-100k/item/neighbours"
            for (path, status, part) in [
                ("/nothing", 404, "openapi"), ("/api/models/nothing", 404, "movielens-100k"), ("/api//models", 404, ""),
                ("/api/models/movielens-100k/nothing/map", 404, "'item'"), (near, 400, "?near="),
                (near + "?near=zzzzqqqq", 404, "near"), (near + "?near=1&n=0", 400, "1 to"),
                (near + "?near=1&n=99999999999999999999", 400, "1 to"), (near + "?near=1&metric=x", 400, "cosine"),
                (near + "?near=1&near=2", 400, "once"), (near + "?near=1&nearest=2", 400, "near, n, metric, exact"),
                (near + "?near=1&exact=2", 400, "0 to 1"), (near + "?near=%20", 400, "?near="),
                (near + "?near=" + String(repeating: "x", count: 4_000), 404, "near"),
                ("/api/queries/nothing", 404, "/api/queries"), ("/api/queries/queries%2Fitem-biases.sql", 404, ""),
                ("/api/queries/SELECT%201", 404, ""), ("/api/queries/%2Fetc%2Fpasswd.sql", 404, ""),
                ("/api/queries/item-biases", 400, ""), ("/api/queries/item-biases?model=movielens-100k&x=1", 400, ""),
                ("/../../etc/passwd", 404, ""), ("/%2e%2e/%2e%2e/etc/passwd", 404, ""),
                ("/models/..%2f..%2f/item", 404, ""),
                ("/api/models/%00", 400, "%00"), ("/api/models/%FF", 400, "UTF-8"), ("/api/models/%2", 400, "%25"),
                ("/api/models/%zz", 400, "%25"), ("/api/models?%00=1", 400, ""), ("/api/models?a=b", 400, "none"),
                (near + "?near='%20OR%201=1--", 404, ""), (near + "?near=%F0%9F%8E%AC%22%3C/script%3E", 404, ""),
                (near + "?" + String(repeating: "a&", count: 2_000), 400, ""),
            ] {
                let reply = await client.get(path)
                #expect(reply.status == status, "\(path.prefix(80)): \(reply.status) \(reply.body)")
                #expect(Set(reply.object.keys) == ["error", "hint"], "\(path.prefix(80))")
                let hint = reply.object["hint"] as? String ?? ""
                #expect(part.isEmpty || hint.contains(part), "\(path.prefix(80)): \(reply.body)")
            }
        }
    }

    @Test func onlyThisMachineAsksAndNothingWrites() async throws {
        try await withServer { client, _ in
            for host in ["localhost", "127.0.0.1", "LOCALHOST:80", "127.0.0.1:\(client.port)"] {
                #expect(await client.get("/api/queries", host: host).status == 200, "\(host)")
            }
            for host in [
                "evil.example", "evil.example:\(client.port)", "127.0.0.1.evil.example", "localhost.", "[::1]", "",
                "localhost:x", "127.0.0.1:99999", "localhost:80:80",
            ] {
                let reply = await client.get("/api/queries", host: host)
                #expect(reply.status == 403 && reply.object["hint"] != nil, "\(host)")
            }
            #expect(await client.send("GET / HTTP/1.1\r\n\r\n").status == 400)
            #expect(await client.get("/", headers: "Host: localhost\r\n").status == 400)
            #expect(await client.get("/api/queries", headers: "Origin: http://localhost:1\r\n").status == 200)
            for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
                #expect(await client.get("/api/queries", headers: "Origin: \(origin)\r\n").status == 403)
            }
            for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "ZOO"] {
                let reply = await client.get("/api/models/movielens-100k", method: method)
                #expect(reply.status == 405 && reply.headers["allow"] == "GET, HEAD", "\(method)")
                #expect(reply.body.contains("only reads"))
            }
            #expect(await client.get("/").headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func whatIsNoRequestIsRefused() async throws {
        try await withServer { client, _ in
            for (bytes, status) in [
                ("nonsense\r\n\r\n", 400), ("GET /\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505),
                ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", 400),
                ("GET localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n", 413),
                ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
                ("GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
                ("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 20_000) + "\r\n\r\n", 431),
                (String(repeating: "a", count: 3_000_000), 414),
            ] {
                let reply = await client.send(bytes)
                #expect(reply.status == status, "\(bytes.prefix(100)): \(reply.status)")
                #expect(reply.headers["connection"] == "close" && reply.object["error"] != nil, "\(bytes.prefix(100))")
            }
            // Old and short, but a request.
            #expect(await client.send("GET /api/queries HTTP/1.0\r\n\r\n").status == 200)
            // Several on one connection, the second in pieces.
            let two = await client.send(
                "GET /api/queries HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/nothing HT",
                "TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", pause: 50_000)
            #expect(two.status == 200 && two.body.contains("HTTP/1.1 404"))
        }
    }

    @Test func timesAndNumbersAreLimited() async throws {
        var limits = WebLimits()
        (limits.transfer, limits.idle, limits.rows) = (0.3, 0.5, 2)
        try await withServer(limits) { client, _ in
            // A request that does not come to its end, and a connection without one.
            let slow = await client.send("GET / HTTP/1.1\r\nHo")
            #expect(slow.status == 408 && slow.object["hint"] != nil)
            #expect(
                await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab").status == 408)
            #expect(await client.send("").status == 0)
            let rows = await client.post("/api/models/bike-sharing/predict", "[{}, {}, {}]")
            #expect(rows.status == 413)
            #expect(await client.get("/api/queries").status == 200)
        }
        // A connection too many is closed at once, a request too many is told to come back.
        limits.connections = 0
        try await withServer(limits) { client, _ in #expect(await client.get("/api/queries").status == 0) }
        (limits.connections, limits.waiting) = (2, 0)
        try await withServer(limits) { client, _ in
            let reply = await client.get("/api/queries")
            #expect(reply.status == 503 && reply.headers["retry-after"] == "1")
        }
        (limits.waiting, limits.answer) = (2, 100)
        try await withServer(limits) { client, _ in
            #expect(await client.get("/api/models").status == 413)
            #expect(await client.get("/api/queries/item-biases?model=movielens-100k").status == 413)
        }
    }

    @Test func aClientThatGoesAwayHarmsNobody() async throws {
        try await withServer { client, _ in
            for _ in 0..<5 {
                _ = await client.send(
                    "GET /api/models/movielens-100k/item/map HTTP/1.1\r\nHost: localhost\r\n\r\n", reads: false)
                _ = await client.send("GET /api/mod", reads: false)
                _ = await client.send(
                    "POST /api/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1", reads: false)
            }
            #expect(await client.get("/api/queries").status == 200)
        }
    }

    @Test func aPortIsOneServers() async throws {
        try await withServer { client, workspace in
            await #expect(throws: ServeError.portTaken(client.port)) {
                _ = try await ZooServer(workspace, port: client.port)
            }
            #expect("\(ServeError.portTaken(80))".contains("--port 0"))
        }
    }
}
