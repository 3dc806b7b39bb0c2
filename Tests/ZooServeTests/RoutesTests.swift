import Foundation
import Testing
import ZooData
import ZooEmbeddings
import ZooServe
import ZooWorkflows

@Suite(.serialized) struct RoutesTests {
    private func expect(
        _ reply: Reply, printed value: some Encodable, at location: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try ResultJSON.document(value) + "\n"
        #expect(reply.body == expected, sourceLocation: location)
    }

    @Test func answersAreThoseOfTheCommands() async throws {
        try await withServer { client, workspace in
            let model = "movielens-100k"
            let models = await client.get("/api/models")
            #expect(models.status == 200 && models.headers["content-type"]?.hasPrefix("application/json") == true)
            try expect(models, printed: workspace.listModels())
            let shown = await client.get("/api/models/\(model)")
            try expect(shown, printed: workspace.showModel(named: model))
            let near = await client.get("/api/models/\(model)/item/neighbours?near=toy+story&n=3&metric=euclidean")
            try expect(
                near,
                printed: workspace.neighbours(
                    model: model, field: "item", near: "toy story", count: 3, metric: .euclidean))
            let escaped = await client.get(
                "/api/models/%6Dovielens-100k/item/neighbours?near=Toy%20Story%20%281995%29&exact=1")
            #expect((escaped.object["entries"] as? [Any])?.count == 10)
            var request = RecommendRequest(model: model, person: .user("42"))
            request.count = 5
            let recommended = await client.get("/api/models/\(model)/recommend?user=42&n=5")
            try expect(recommended, printed: workspace.recommend(request))
            let queries = await client.get("/api/queries")
            try expect(queries, printed: Workspace.namedQueries)
            #expect(await client.get("/api/datasets").body == "[\n\n]\n")
        }
    }

    @Test func somebodyNewIsRecommendedToByItems() async throws {
        try await withServer { client, _ in
            let path = "/api/models/movielens-100k/recommend"
            let reply = await client.get(path + "?items=Star+Wars&items=Aliens&items=No+Such+Film&n=3")
            #expect(reply.status == 200 && (reply.object["items"] as? [Any])?.count == 3)
            #expect(reply.object["rated_items"] as? Int == 2 && (reply.object["unknown"] as? [Any])?.count == 1)
            #expect(await client.get(path).status == 400)
            #expect(await client.get(path + "?user=1&items=Aliens").status == 400)
            #expect(await client.get(path + "?items=No+Such+Film").status == 400)
            let other = await client.get("/api/models/bike-sharing/recommend?user=1")
            #expect(other.status == 409 && (other.object["error"] as? String)?.contains("not a recommender") == true)
        }
    }

    @Test func rowsArePredictedByQueryAndByBody() async throws {
        try await withServer { client, workspace in
            let path = "/api/models/bike-sharing/predict"
            let expected = try ResultJSON.document(
                workspace.predictTabular(
                    model: "bike-sharing",
                    input: .row([(column: "hr", value: "8"), (column: "workingday", value: "1")])))
            #expect(await client.get(path + "?workingday=1&hr=8").body == expected + "\n")
            #expect(await client.post(path, #"{"hr": 8, "workingday": "1", "temp": null}"#).body == expected + "\n")
            let list = await client.post(path, #"[{"hr": 8, "workingday": 1}, {"hr": 3}]"#).list
            let numbers = list.compactMap { ($0["predictions"] as? [[Double]])?[0][0] }
            #expect(numbers.count == 2 && numbers[0] > numbers[1])
            for (body, status) in [
                ("", 400), ("{", 400), ("3", 400), ("[3]", 400), (#"{"hr": [8]}"#, 400), (#"{"nothing": 1}"#, 400),
                (String(repeating: "[", count: 100_000), 400), ("{}", 400), ("[]", 200),
            ] {
                let reply = await client.post(path, body)
                #expect(reply.status == status, "\(body.prefix(20)): \(reply.body)")
            }
            #expect(await client.post(path, "{}", type: "text/plain").status == 415)
            #expect(await client.post("/api/models/cifar10-resnet/predict", "{}").status == 409)
            #expect(await client.get(path + "?hr=8&hr=9").status == 400)
        }
    }

    @Test func longPredictionsKeepNothingElseWaiting() async throws {
        try await withServer { client, _ in
            let path = "/api/models/bike-sharing/predict"
            #expect(await client.get(path + "?hr=8").status == 200)
            let rows = "[" + Array(repeating: #"{"hr": 8}"#, count: 1000).joined(separator: ",") + "]"
            let others = ["/", "/api/models/movielens-100k/item/neighbours?near=50", "/api/queries"]
            // A busy machine may hold up the others, but not every time.
            var finished: [String] = []
            for _ in 0..<10 where finished.last != path {
                finished = await withTaskGroup(of: String.self) { group in
                    group.addTask { await client.post(path, rows).status == 200 ? path : "refused" }
                    for other in others {
                        group.addTask {
                            try? await Task.sleep(for: .milliseconds(20))
                            return await client.get(other).status == 200 ? other : "refused"
                        }
                    }
                    return await group.reduce(into: [String]()) { $0.append($1) }
                }
                #expect(Set(finished) == Set(others + [path]))
            }
            #expect(finished.last == path, "\(finished)")
        }
    }

    @Test func aFlawInABodyIsNamedWithItsRow() async throws {
        try await withServer { client, _ in
            let path = "/api/models/bike-sharing/predict"
            for (body, part) in [
                (#"[{"hr": 8}, {"hr": "x"}]"#, "row 2: hr=x"), (#"[{"hr": 8}, {}]"#, "row 2: no column is given"),
                (#"{"hr": 8, "hr": 9}"#, "'hr' is in a row more than once"),
                (#"[{"hr": 8}, {"hr": 1, "h\u0072": 9}]"#, "'hr' is in a row more than once"),
                ("{\"hr\": \"\0\"}", "no JSON"),
            ] {
                let reply = await client.post(path, body)
                #expect(reply.status == 400 && reply.body.contains(part), "\(body): \(reply.body)")
            }
            let again = await client.post(path, #"[{"hr": 8, "temp": 0.5}, {"temp": 0.5, "hr": 8}]"#)
            #expect(again.status == 200, "\(again.body)")
            let near = await client.get("/api/models/movielens-100k/item/neighbours?near=5%00")
            #expect(near.status == 400 && near.body.contains("NUL"), "\(near.body)")
            let count = await client.get("/api/queries/item-biases?model=movielens-100k&count=-1")
            #expect(count.status == 400 && count.body.contains("0 or more"), "\(count.body)")
        }
    }

    @Test func mapsAreThoseOfTablesElsePrincipalComponents() async throws {
        try await withServer { client, workspace in
            let path = "/api/models/movielens-100k/item/map"
            let first = await client.get(path).object
            #expect(first["method"] as? String == "pca" && (first["points"] as? [Any])?.count == 1682)
            #expect((first["notes"] as? [String])?.first?.contains("principal components") == true)
            var request = MapRequest(model: "movielens-100k", field: "item")
            (request.method, request.clusters, request.table) = (.pca, .kMeans(4), "films")
            request.options.metric = .euclidean
            let made = try workspace.map(request).report
            let second = await client.get(path).object
            #expect(second["method"] as? String == "table films")
            #expect((second["clusters"] as? [Any])?.count == 4)
            let points = try #require(second["points"] as? [[String: Any]])
            #expect(abs((points[7]["x"] as? Double ?? 0) - made.points[7].x) < 1e-5)
            #expect(points[7]["cluster"] as? Int == made.points[7].cluster)
            let page = await client.get("/models/movielens-100k/item")
            #expect(page.status == 200 && page.body.contains("id=\"maps\"") && page.body.contains("table films"))
            // What is kept is read again when the model is another's.
            try workspace.removeModel(named: "movielens-100k")
            _ = try workspace.copyModel(named: "bike-sharing", to: "movielens-100k", isReplacing: true)
            #expect(await client.get(path).status == 404)
        }
    }

    @Test func theDescriptionHoldsForEveryRoute() async throws {
        try await withServer { client, workspace in
            _ = try workspace.importDemo(name: "demo", seed: 0, isReplacing: false)
            let document = await client.get("/openapi.json").object
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let asked = [
                "/": "/", "/models/{name}/{field}": "/models/movielens-100k/user", "/openapi.json": "/openapi.json",
                "/api/models": "/api/models", "/api/models/{name}": "/api/models/bike-sharing",
                "/api/models/{name}/recommend": "/api/models/movielens-100k/recommend?user=1",
                "/api/models/{name}/predict": "/api/models/bike-sharing/predict?hr=8",
                "/api/models/{name}/{field}/neighbours": "/api/models/movielens-100k/item/neighbours?near=1",
                "/api/models/{name}/{field}/map": "/api/models/movielens-100k/user/map",
                "/api/datasets": "/api/datasets",
                "/api/queries": "/api/queries", "/api/queries/{name}": "/api/queries/item-biases?model=movielens-100k",
            ]
            #expect(Set(paths.keys) == Set(asked.keys))
            for (path, operations) in paths {
                let reply = await client.get(try #require(asked[path]))
                #expect(reply.status == 200, "\(path): \(reply.body.prefix(200))")
                let get = try #require(operations["get"] as? [String: Any])
                let responses = try #require(get["responses"] as? [String: [String: Any]])
                let content = try #require(responses["200"]?["content"] as? [String: [String: Any]])
                let type = try #require(content.keys.first)
                #expect(reply.headers["content-type"]?.hasPrefix(type) == true)
                let schema = try #require(content[type]?["schema"] as? [String: Any])
                let isList = schema["type"] as? String == "array"
                let one = isList ? schema["items"] as? [String: Any] : schema
                let keys = Set(one?["required"] as? [String] ?? [])
                for object in isList ? reply.list : [reply.object] {
                    #expect(keys.isSubset(of: object.keys), "\(path) lacks \(keys.subtracting(object.keys))")
                }
                // HEAD is the same without the body.
                let head = await client.get(try #require(asked[path]), method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] != nil)
                let isPosted = operations["post"] != nil
                let posted = await client.post(try #require(asked[path]), "{}")
                #expect(isPosted == (posted.status != 405), "\(path)")
            }
        }
    }
}
