import Testing

/// The README, the tour and the lessons of notebooks-md, followed word by word as a reader would.
@Suite struct NotebookTests {
    @Test(arguments: try NotebookDocument.names()) func lessonPrintsWhatItShows(_ name: String) throws {
        let notebook = try NotebookDocument(named: name)
        #expect(!notebook.commands.isEmpty)
        let session = try NotebookSession()
        defer { session.remove() }
        for failure in try session.follow(notebook) { Issue.record("\(failure)") }
    }

    @Test func wrongLessonIsFoundOut() throws {
        let text = """
            Text.
            ```console
            $ cat > three.txt <<'EOF'
            one 1.00
            two 2.00
            EOF
            $ cat three.txt
            one 1.01
            two 2.50
            $ zoo models show nothing
            zoo: there is … 'nothing'…
            $ zoo models show nothing
            $ true
            more
            ```
            """
        let session = try NotebookSession()
        defer { session.remove() }
        let failures = try session.follow(NotebookDocument(name: "wrong.md", text: text))
        #expect(failures.map(\.line) == [7, 12, 13])
        #expect(failures[0].description.contains("expected: two 2.50\ngot:      two 2.00"))
        #expect(failures[2].description.contains("expected: more\ngot:      the end"))
    }

    @Test(arguments: [
        ("a 0.500 b", "a 0.519 b", true), ("a 0.500 b", "a 0.521 b", false), ("50.0 %", "50.9 %", true),
        ("50.0 %", "51.1 %", false), ("800 items", "800 items", true), ("800 items", "801 items", false),
        ("in … s", "in 0.12 s", true), ("in … s", "out 0.12 s", false), ("-1.00 x", "1.00 x", false),
        ("…", "anything", true), ("a (1970) 1.0", "a (1971) 1.0", false), ("v1.5.2", "v1.5.3", false),
    ])
    func lineFits(_ wanted: String, _ found: String, _ fits: Bool) {
        #expect(NotebookOutput.fits(wanted, found) == fits)
    }

    @Test func ellipsisAloneStandsForAnyNumberOfLines() {
        let output = NotebookOutput(["a", "…", "z"])
        #expect(output.mismatch("a\nz\n") == nil)
        #expect(output.mismatch("a\nb\nz\ny\nz\n") == nil)
        #expect(output.mismatch("a\nb\n") != nil)
        #expect(output.mismatch("a\nz\nb\n") != nil)
    }
}
