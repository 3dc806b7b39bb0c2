import Foundation
import Testing

/// Vectors in three clumps of 30, whose labels say which.
private func clumps(_ box: Sandbox) throws {
    let colours = ["Red", "Green", "Blue"]
    var lines = "key,label,d0,d1,d2,d3\n"
    for entry in 0..<90 {
        let (clump, phase) = (entry / 30, Double(entry % 30) * 0.21)
        let numbers = (0..<4).map { axis in
            (axis == clump ? 1.0 : 0.1) + 0.05 * (axis % 2 == 0 ? sin(phase + Double(axis)) : cos(1.7 * phase))
        }
        let label = entry == 7 ? "\"Red </script><b>&amp; 'Quotes', é 東京\"" : "\(colours[clump]) Thing \(entry)"
        lines += "k\(entry),\(label)," + numbers.map { "\($0)" }.joined(separator: ",") + "\n"
    }
    try Data(lines.utf8).write(to: box.folder.appendingPathComponent("clumps.csv"))
    try box.succeed("embeddings", "import", "clumps.csv", "--name", "clumps")
}

@Suite struct MapCommandTests {
    @Test(arguments: [["umap"], ["tsne", "--perplexity", "8"], ["pca"]])
    func everyMethodKeepsClumpsTogether(method: [String]) throws {
        try withSandbox { box in
            try clumps(box)
            let run = try box.start(
                ["map", "clumps", "item", "--cluster", "hdbscan:10", "--json", "--method"] + method
            )
            .wait()
            try #require(run.code == 0, "\(run.stderr)")
            let report = try #require(
                JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any])
            let clusters = try #require(report["clusters"] as? [JSONObject])
            #expect(clusters.compactMap { $0["size"] as? Int } == [30, 30, 30])
            #expect(
                Set(clusters.compactMap { ($0["name"] as? String)?.split(separator: ",").first.map(String.init) })
                    == ["red", "green", "blue"])
            let points = try #require(report["points"] as? [JSONObject])
            #expect(points.count == 90 && points.allSatisfy { $0["x"] is Double && $0["cluster"] is Int })
        }
    }

    @Test func theSameSeedGivesTheSameTableWhichSQLReads() throws {
        try withSandbox { box in
            try clumps(box)
            try box.succeed("map", "clumps", "item", "--cluster", "k-means:3", "--table", "places", "--seed", "4")
            let query = "SELECT key, label, x, y, cluster FROM places ORDER BY key"
            let first = try box.succeed("query", query, "--json")
            #expect(try box.fail("map", "clumps", "item", "--table", "places").contains("--replace"))
            try box.succeed(
                "map", "clumps", "item", "--cluster", "k-means:3", "--table", "places", "--seed", "4", "--replace")
            #expect(try box.succeed("query", query, "--json") == first)
            let named = try box.succeed(
                "query", "SELECT name, count(*) AS n FROM zoo_clusters WHERE model = 'clumps' GROUP BY cluster",
                "--json")
            #expect(named.contains("30"))
            // Entries of an earlier map stay where they are.
            _ = try box.shell(
                "\"$zoo\" query \"SELECT 1\"; sqlite3 home/zoo.sqlite 'DELETE FROM places WHERE key = \"k3\"'")
            let placed: JSONObject = try box.json("map", "clumps", "item", "--onto", "places")
            let points = try #require(placed["points"] as? [JSONObject])
            let other: JSONObject = try box.json("map", "clumps", "item", "--seed", "4")
            let old = try #require(other["points"] as? [JSONObject])
            #expect(points[5]["x"] as? Double == old[5]["x"] as? Double)
            // The model's end is that of its clusters.
            try box.succeed("models", "remove", "clumps")
            #expect(try box.succeed("query", "SELECT count(*) AS n FROM zoo_clusters").contains("0"))
        }
    }

    @Test func mapsOfOtherVectorsAreRefusedAndStaleOnesSaid() throws {
        try withSandbox { box in
            try clumps(box)
            try box.succeed("map", "clumps", "item", "--method", "pca", "--table", "places")
            try box.succeed("embeddings", "import", "clumps.csv", "--name", "others")
            let refused = try box.fail("map", "others", "item", "--onto", "places")
            #expect(refused.contains("'zoo map clumps item' wrote it"), "\(refused)")
            let other = try box.fail("compare", "clumps", "others", "item", "--table", "places", "--replace")
            #expect(other.contains("was made by 'zoo map clumps item'") && other.contains("not replaced"), "\(other)")
            try box.succeed("compare", "clumps", "others", "item", "--table", "differences")
            try box.succeed("compare", "clumps", "others", "item", "--table", "differences", "--replace")
            let map = try box.fail("map", "clumps", "item", "--method", "pca", "--table", "differences", "--replace")
            #expect(map.contains("was made by 'zoo compare"), "\(map)")
            let fresh = try box.start(["map", "clumps", "item", "--onto", "places"]).wait()
            #expect(fresh.code == 0 && !(fresh.stdout + fresh.stderr).contains("is newer than its map"))
            _ = try box.shell(
                "sqlite3 home/zoo.sqlite \"UPDATE zoo_output_tables SET created = '2020-01-01T00:00:00Z'\"")
            let stale: JSONObject = try box.json("map", "clumps", "item", "--onto", "places")
            #expect(
                (stale["notes"] as? [String])?.contains { $0.contains("is newer than its map in 'places'") } == true)
            _ = try box.shell(
                "sqlite3 home/zoo.sqlite \"CREATE TABLE twice (key, v); INSERT INTO twice VALUES ('k1', 1), ('k1', 2), ('k2', 3)\""
            )
            #expect(
                try box.fail("map", "clumps", "item", "--method", "pca", "--colour", "twice.v", "--plot", "a.svg")
                    .contains("'k1' has more than one value"))
            #expect(
                try box.fail("pca", "clumps", "item", "--name", "--sql", "SELECT key, v FROM twice").contains(
                    "more than one")
            )
        }
    }

    @Test(.enabled(if: Chromium.program != nil, "chromium is not installed: apt install chromium"))
    func keysAreFoundAsTheyAreWritten() throws {
        try withSandbox { box in
            let keys = ["ABC", "B%", "İst", "d", "e"]
            let lines = keys.enumerated().map { "\($1),Thing \($0),\($0),\($0 * $0),1" }.joined(separator: "\n")
            _ = try box.write("t.csv", "key,label,d0,d1,d2\n" + lines + "\n")
            try box.succeed("embeddings", "import", "t.csv", "--name", "t")
            try box.succeed("map", "t", "item", "--method", "pca", "--html", "page.html")
            let found = try Chromium.ask(
                box, page: "page.html",
                """
                const wait = () => new Promise(done => setTimeout(done, 30)), result = { found: [] }
                for (const key of ['ABC', 'B%', 'İst']) {
                  $('search').value = key; $('search').oninput(); await wait()
                  result.found.push(Array.from($('found').children, item => item.textContent).join())
                }
                location.hash = '#B%'; await wait()
                result.chosen = zooMap.chosen()
                return result
                """)
            #expect(found["found"] as? [String] == ["Thing 0", "Thing 1", "Thing 2"], "\(found)")
            #expect(found["chosen"] as? Int == 1)
        }
    }

    @Test func filesOfOtherKindsStayAndOptionsThatDoNotGoTogetherAreRefused() throws {
        try withSandbox { box in
            try clumps(box)
            try Data("a,b\n1,2\n".utf8).write(to: box.folder.appendingPathComponent("page.html"))
            #expect(try box.fail("map", "clumps", "item", "--html", "page.html").contains("CSV"))
            try box.succeed("map", "clumps", "item", "--html", "page.html", "--replace", "--plot", "map.svg")
            #expect(try box.fail("map", "clumps", "item", "--plot", "map.svg").contains("--replace"))
            try box.succeed("map", "clumps", "item", "--plot", "map.svg", "--replace")
            let svg = try String(contentsOf: box.folder.appendingPathComponent("map.svg"), encoding: .utf8)
            #expect(svg.contains("<svg") && !svg.contains("</script>"))
            #expect(try box.fail("map", "clumps", "nothing").contains("'item'"))
            #expect(try box.fail("map", "clumps", "item", "--cluster", "k-means:91").contains("91"))
            for arguments in [
                ["--method", "pca", "--neighbours", "5"], ["--perplexity", "5"], ["--neighbours", "1"],
                ["--min-dist", "-1"], ["--cluster", "k-means:0"], ["--labels", "3"], ["--replace"],
                ["--colour", "mean"], ["--plot", "x.svg", "--html", "./x.svg"],
            ] {
                let run = try box.start(["map", "clumps", "item"] + arguments).wait()
                #expect(run.code == 64, "\(arguments)")
            }
        }
    }

    @Test(.enabled(if: Chromium.program != nil, "chromium is not installed: apt install chromium"))
    func thePageSearchesNamesNeighboursAndExportsALasso() throws {
        try withSandbox { box in
            try clumps(box)
            try box.succeed("map", "clumps", "item", "--cluster", "k-means:3", "--html", "page.html")
            let near: JSONObject = try box.json("query", "embeddings", "clumps", "item", "--near", "k31", "-n", "10")
            let wanted = (near["entries"] as? [JSONObject] ?? []).compactMap { $0["label"] as? String }
            let found = try Chromium.ask(
                box, page: "page.html",
                """
                const wait = () => new Promise(done => setTimeout(done, 30)), over = $('over'), box = over.getBoundingClientRect()
                const send = (type, a, b) => over.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: box.left + a, clientY: box.top + b }))
                const result = {}
                $('search').value = 'THING 31'; $('search').oninput(); await wait()
                result.found = Array.from($('found').children, item => item.textContent)
                $('search').value = '東京'; $('search').oninput(); await wait()
                result.strange = Array.from($('found').children, item => item.textContent)
                $('clear').click(); await wait()
                const [a, b] = zooMap.screen(31)
                send('pointerdown', a, b); send('pointerup', a, b); await wait()
                result.name = $('name').textContent
                result.near = Array.from($('near').querySelectorAll('button'), button => button.textContent)
                $('lasso').click()
                send('pointerdown', 0, 0)
                for (const [x, y] of [[box.width, 0], [box.width, box.height], [0, box.height]]) send('pointermove', x, y)
                send('pointerup', 0, box.height); await wait()
                result.all = zooMap.members().length
                const corners = Array.from({ length: 30 }, (_, i) => zooMap.screen(i + 30))
                const low = c => Math.min(...corners.map(p => p[c])) - 1, high = c => Math.max(...corners.map(p => p[c])) + 1
                $('lasso').click()
                send('pointerdown', low(0), low(1)); send('pointermove', high(0), low(1)); send('pointermove', high(0), high(1)); send('pointermove', low(0), high(1))
                send('pointerup', low(0), high(1)); await wait()
                result.csv = zooMap.csv().split('\\r\\n').slice(1, -1).map(line => line.split(',')[0])
                result.inside = Array.from({ length: 90 }, (_, i) => i).filter(i => { const p = zooMap.screen(i); return p[0] > low(0) && p[0] < high(0) && p[1] > low(1) && p[1] < high(1) }).map(i => 'k' + i)
                result.requests = performance.getEntriesByType('resource').length
                return result
                """)
            #expect(found["found"] as? [String] == ["Green Thing 31"])
            #expect(found["strange"] as? [String] == ["Red </script><b>&amp; 'Quotes', é 東京"])
            #expect(found["name"] as? String == "Green Thing 31")
            #expect(found["near"] as? [String] == wanted && wanted.count == 10)
            #expect(found["all"] as? Int == 90)
            #expect(found["csv"] as? [String] == found["inside"] as? [String])
            #expect((found["csv"] as? [String])?.contains("k31") == true)
            #expect(found["requests"] as? Int == 0)
        }
    }
}
