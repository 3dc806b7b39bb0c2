import Testing
import ZooEmbeddings

@Test(arguments: [
    ("3", 2), ("Batman (1989)", 1), ("batman (1989)", 1), ("forever", 2), ("amelie (2001)", 3), ("AMÉLIE", 3),
    ("the matrix", 4), ("matrix", 4), ("1984", 6), ("(1984)", 6),
    ("batman", 1), ("matrix (1998)", 4), ("Amelie (2000)", 3),
])
func aNameFindsItsRow(name: String, row: Int) throws {
    #expect(try filmTable().row(named: name) == row)
}

@Test func ambiguousNamesListCandidatesPrefixFirstThenMostCounted() throws {
    let table = try filmTable()
    #expect(table.rows(named: "bat") == [2, 1, 0, 5])
    #expect(throws: EmbeddingError.self) { try table.row(named: "bat") }
    do {
        _ = try table.row(named: "Bat")
    } catch EmbeddingError.ambiguous(let name, let candidates, let total) {
        #expect(name == "Bat")
        #expect(total == 4)
        #expect(candidates.map(\.key) == ["3", "2", "1", "6"])
    }
    #expect(try filmTable(counts: nil).rows(named: "bat") == [0, 1, 2, 5])
}

@Test func theErrorsSayWhatToDo() throws {
    let table = try filmTable()
    let ambiguous = #expect(throws: EmbeddingError.self) { try table.row(named: "Bat") }
    #expect(
        ambiguous?.description
            == "'Bat' may be any of 4: 'Batman Forever (1995)' (3), 'Batman (1989)' (2), 'Batman Returns (1992)' (1), "
            + "'All about Batman (1999)' (6); write more of the name, or the key")
    let missing = #expect(throws: EmbeddingError.self) { try table.row(named: "Btman Retrns") }
    #expect(
        missing?.description.hasPrefix("nothing is called 'Btman Retrns'; did you mean 'Batman Returns (1992)'") == true
    )
}

@Test func misspeltNamesAreAnsweredWithTheClosest() throws {
    let table = try filmTable()
    for (name, label) in [
        ("matrx", "Matrix, The (1999)"), ("Amelei", "Amélie (2001)"), ("ninteen eighty", "Nineteen Eighty-Four (1984)"),
    ] {
        guard
            case .notFound(_, let closest) = #expect(
                throws: EmbeddingError.self, performing: { try table.row(named: name) })
        else {
            Issue.record("\(name) was found")
            continue
        }
        #expect(closest.first == label)
        #expect(closest.count <= 3)
    }
    let far = #expect(throws: EmbeddingError.self) { try table.row(named: "zzz") }
    #expect(far?.description == "nothing is called 'zzz', or nearly so")
}

@Test func namesWithoutALetterFindNothing() throws {
    let table = try filmTable()
    for name in ["", "  ", "\0"] { #expect(table.rows(named: name).isEmpty) }
    let empty = try EmbeddingTable(keys: [], labels: [], vectors: [], width: 1)
    let error = #expect(throws: EmbeddingError.self) { try empty.row(named: "x") }
    #expect(error == .notFound(name: "x", closest: []))
}

@Test func equalLabelsAreAmbiguousAndTheirKeysAreNot() throws {
    let table = try EmbeddingTable(keys: ["10", "11"], labels: ["Chance", "Chance"], vectors: [1, 2], width: 1)
    #expect(table.rows(named: "Chance") == [0, 1])
    #expect(throws: EmbeddingError.self) { try table.row(named: "Chance") }
    #expect(try table.row(named: "11") == 1)
}
