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

    @Test func filesOfOtherKindsStayAndOptionsThatDoNotGoTogetherAreRefused() throws {
        try withSandbox { box in
            try clumps(box)
            try Data("a,b\n1,2\n".utf8).write(to: box.folder.appendingPathComponent("page.html"))
            #expect(try box.fail("map", "clumps", "item", "--html", "page.html").contains("CSV"))
            try box.succeed("map", "clumps", "item", "--html", "page.html", "--replace", "--plot", "map.svg")
            let svg = try String(contentsOf: box.folder.appendingPathComponent("map.svg"), encoding: .utf8)
            #expect(svg.contains("<svg") && !svg.contains("</script>"))
            #expect(try box.fail("map", "clumps", "nothing").contains("'item'"))
            #expect(try box.fail("map", "clumps", "item", "--cluster", "k-means:91").contains("91"))
            for arguments in [
                ["--method", "pca", "--neighbours", "5"], ["--perplexity", "5"], ["--neighbours", "1"],
                ["--min-dist", "-1"], ["--cluster", "k-means:0"], ["--labels", "3"], ["--replace"],
                ["--colour", "mean"],
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
