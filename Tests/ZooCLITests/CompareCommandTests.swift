import Foundation
import Testing

@Suite struct CompareCommandTests {
    private func imported(_ box: Sandbox, _ name: String, _ rows: [String]) throws {
        let file = try box.write("\(name).csv", (["key,label,d0,d1,d2"] + rows).joined(separator: "\n") + "\n")
        try box.succeed("embeddings", "import", file, "--name", name)
    }

    /// Twelve entries on a circle, one of which may lie on the other side.
    private func circle(moved: Int? = nil, count: Int = 12) -> [String] {
        (0..<count).map { row in
            let angle = 2 * Double.pi * Double(row) / 12 + (row == moved ? .pi - 0.1 : 0)
            return "k\(row),Entry \(row),\(cos(angle)),\(sin(angle)),0.1"
        }
    }

    @Test func whatMovedIsNamedWithItsNeighbours() throws {
        try withSandbox { box in
            try imported(box, "before", circle())
            try imported(box, "after", circle(moved: 3))
            let report: JSONObject = try box.json("compare", "before", "after", "item", "-k", "2", "-n", "1")
            #expect(report["entries"] as? Int == 12 && report["only"] as? [Int] == [0, 0])
            #expect(abs((report["overlap_by_chance"] as? Double ?? 0) - 2.0 / 11) < 1e-9)
            let moved = try #require((report["moved"] as? [JSONObject])?.first)
            #expect(moved["key"] as? String == "k3" && moved["overlap"] as? Double == 0)
            #expect(Set(moved["before"] as? [String] ?? []) == ["Entry 2", "Entry 4"])
            #expect(Set(moved["after"] as? [String] ?? []) == ["Entry 8", "Entry 9"])
            for name in ["overlap", "linear_cka", "procrustes_residual"] {
                let figure = try #require(report[name] as? [String: Double])
                #expect(figure["low"]! <= figure["value"]! && figure["value"]! <= figure["high"]!)
            }
            let text = try box.succeed("compare", "before", "after", "item", "-k", "2", "-n", "1")
            #expect(text.contains("before.item and after.item") && text.contains("Entry 3"))
        }
    }

    @Test func aModelIsItselfAndOtherEntriesAreCounted() throws {
        try withSandbox { box in
            try imported(box, "all", circle())
            try imported(box, "part", circle(count: 9))
            let same: JSONObject = try box.json("compare", "all", "all", "item")
            #expect((same["overlap"] as? [String: Double])?["value"] == 1)
            #expect((same["notes"] as? [String])?.first?.contains("11 neighbours") == true)
            let text = try box.succeed("compare", "all", "part", "item", "-k", "3")
            #expect(text.contains("9 entries compared, 3 only in all.item"))
        }
    }

    @Test func everyEntryIsWrittenWhereAsked() throws {
        try withSandbox { box in
            try imported(box, "all", circle())
            let file = box.home.appendingPathComponent("moves.csv")
            let wrote = try box.succeed("compare", "all", "all", "item", "-k", "3", "--output", file.path)
            #expect(wrote.contains(file.path))
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 13 && lines[0] == "key,label,overlap,change" && lines[1].hasPrefix("k0,Entry 0,1"))
            try box.succeed("compare", "all", "all", "item", "--table", "moves")
            #expect(try box.succeed("query", "SELECT count(*) FROM moves WHERE overlap = 1").contains("12"))
            #expect(try box.fail("compare", "all", "all", "item", "--table", "moves").contains("--replace"))
        }
    }

    @Test func aPageHasBothMaps() throws {
        try withSandbox { box in
            try imported(box, "before", circle())
            try imported(box, "after", circle(moved: 3))
            try box.succeed("compare", "before", "after", "item", "-k", "2", "--html", "page.html", "--method", "pca")
            let page = try String(contentsOf: box.folder.appendingPathComponent("page.html"), encoding: .utf8)
            #expect(page.contains("before.item and after.item") && page.contains("\"moved\":[["))
            #expect(try box.zoo("compare", "before", "after", "item", "--method", "pca").code == 64)
            try box.write("page.html", "a,b\n1,2\n")
            #expect(try box.fail("compare", "before", "after", "item", "--html", "page.html").contains("CSV"))
        }
    }

    @Test(.enabled(if: Chromium.program != nil, "chromium is not installed: apt install chromium"))
    func whatIsChosenInOneMapIsMarkedInBoth() throws {
        try withSandbox { box in
            try imported(box, "before", circle())
            try imported(box, "after", circle(moved: 3))
            try box.succeed("compare", "before", "after", "item", "-k", "2", "--html", "page.html", "--method", "pca")
            let found = try Chromium.ask(
                box, page: "page.html",
                """
                const wait = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30))), over = $('over1'), box = over.getBoundingClientRect()
                const send = (type, a, b) => over.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: box.left + a, clientY: box.top + b }))
                const lists = () => Array.from(document.querySelectorAll('#lists ol'), list => Array.from(list.querySelectorAll('button'), button => button.textContent))
                // Pixels of a map's layer of marks that are not empty.
                const marks = id => { const canvas = $(id); return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((v, i) => i % 4 === 3 && v).length }
                const result = {}
                await wait()
                result.unmarked = [marks('over'), marks('over1')]
                $('moved').querySelector('button').click(); await wait()
                result.moved = $('name').textContent; result.lists = lists()
                result.marked = [marks('over'), marks('over1')]
                const [a, b] = zooMap.screen(8, 1)
                send('pointerdown', a, b); send('pointerup', a, b); await wait()
                result.clicked = zooMap.chosen()
                $('lasso').click()
                send('pointerdown', 0, 0)
                for (const [x, y] of [[box.width, 0], [box.width, box.height], [0, box.height]]) send('pointermove', x, y)
                send('pointerup', 0, box.height); await wait()
                result.members = zooMap.members().length
                result.csv = zooMap.csv().split('\\r\\n')[0]
                result.requests = performance.getEntriesByType('resource').length
                return result
                """)
            #expect(found["moved"] as? String == "Entry 3")
            let lists = (found["lists"] as? [[String]] ?? []).map { Set($0) }
            #expect(lists == [["Entry 2", "Entry 4"], ["Entry 8", "Entry 9"]])
            #expect(found["unmarked"] as? [Int] == [0, 0])
            #expect((found["marked"] as? [Int] ?? []).allSatisfy { $0 > 50 })
            #expect(found["clicked"] as? Int == 8 && found["members"] as? Int == 12)
            #expect(found["csv"] as? String == "key,label,x,y,x2,y2,change,overlap")
            #expect(found["requests"] as? Int == 0)
        }
    }

    @Test func whatCannotBeComparedIsSaid() throws {
        try withSandbox { box in
            try imported(box, "all", circle())
            try imported(box, "others", circle().map { "x" + $0 })
            #expect(try box.fail("compare", "all", "others", "item").contains("0 keys"))
            #expect(try box.fail("compare", "all", "none", "item").contains("'none'"))
            #expect(try box.fail("compare", "all", "others", "user").contains("'item'"))
            #expect(try box.zoo("compare", "all", "others", "item", "-k", "0").code == 64)
            #expect(try box.zoo("compare", "all", "all", "item", "--replace").code == 64)
        }
    }
}
