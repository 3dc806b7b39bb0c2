import Testing
import ZooEmbeddings

private let titles = [
    "Matrix, The (1999)", "Amélie (2001)", "Seven (Se7en) (1995)", "Cité des enfants perdus, La (1995)",
    "Sabrina (1995)", "Sabrina (1954)", "Boot, Das (1981)", "Avventura, L' (1960)", "Mother & Son (1997)",
    "Sabrina and the Sea (1990)", "Toys",
]

private func index() -> NameIndex {
    NameIndex(
        keys: titles.indices.map { "\(100 + $0)" }, labels: titles, counts: [9, 9, 9, 9, 50, 60, 9, 9, 9, 900, 9])
}

@Test(
    arguments: [
        ("The Matrix (1999)", nil, 0, NameIndex.Kind.title), ("matrix, the (1999)", nil, 0, .label),
        ("the matrix", nil, 0, .anyYear), ("Matrix (1999)", nil, 0, .title), ("The Matrix", 2000, 0, .nearYear),
        ("amelie", 2001, 1, .label), ("Se7en", 1995, 2, .title), ("Seven", nil, 2, .anyYear),
        ("La cite des enfants perdus (1996)", nil, 3, .nearYear), ("Das Boot", 1981, 6, .title),
        ("L'Avventura", 1960, 7, .title), ("Mother and Son", 1997, 8, .title), ("toys (1992)", nil, 10, .anyYear),
        ("102", nil, 2, .key), ("sabrina and", nil, 9, .part),
    ] as [(String, Int?, Int, NameIndex.Kind)])
func aTitleIsFoundInAnyOfItsForms(name: String, year: Int?, row: Int, kind: NameIndex.Kind) {
    let match = index().match(name, year: year)
    #expect(match?.rows == [row] && match?.kind == kind, "\(String(describing: match))")
}

@Test func theKeyOfOneAndTheTitleOfAnotherAreToldApart() throws {
    let labels = ["Godfather: Part II, The (1974)", "187 (1997)", "Heat (1995)", "Heat (1995)"]
    let index = NameIndex(keys: ["187", "900", "7", "8"], labels: labels, counts: nil)
    let key = try #require(index.match("187"))
    #expect(key.kind == .key && index.otherTitled("187", than: key) == 1)
    #expect(index.whole("187", year: 1997)?.rows == [1] && index.whole("187")?.rows == [1])
    #expect(try index.whole("god") == nil && index.otherTitled("7", than: try #require(index.match("7"))) == nil)
    let table = try EmbeddingTable(keys: index.keys, labels: labels, vectors: [1, 2, 3, 4], width: 1)
    #expect(table.noteOfOther(titled: "187", than: 0)?.hasSuffix("has the key '900'") == true)
    #expect(table.noteOfOther(titled: "900", than: 1) == nil)
    #expect(table.shownLabels(of: [1, 3]) == ["187 (1997)", "Heat (1995) [8]"])
}

@Test func exactTitlesWinOverPartsAndTheMostRatedComesFirst() {
    #expect(index().match("Sabrina")?.rows == [5, 4])
    #expect(index().match("Sabrina", year: 1995)?.rows == [4])
}

@Test func anotherYearIsAnotherFilm() {
    #expect(index().match("Amélie", year: 2010) == nil)
    #expect(index().match("The Matrix (2003)") == nil)
}

@Test func keysAndPartsOfWordsCountOnlyWhereTheyMay() {
    #expect(index().match("102", usesKeys: false) == nil)
    #expect(index().match("other")?.rows == [8])
    #expect(index().match("other", takesPartsOfWords: false) == nil)
    #expect(index().match("and the", takesPartsOfWords: false)?.rows == [9])
}

@Test(
    arguments: [
        ("colab", "collab"), ("reccomend", "recommend"), ("min_count", "minimum_count"), ("lst", "list"),
        ("TRAIN", "train"), ("embed", "embed"), ("nonsense", nil), ("", nil),
    ] as [(String, String?)])
func theNearestNameIsTheOneThatWasMeant(name: String, meant: String?) {
    let names = ["train", "collab", "recommend", "embed", "embeddings", "list", "minimum_count", "model"]
    #expect(NearestName.of(name, among: names) == meant)
}

@Test func namesOfManyLettersGetNoSuggestions() {
    let index = NameIndex(keys: ["1"], labels: [String(repeating: "ab ", count: 90)], counts: nil)
    let long = String(repeating: "ab ", count: 67)
    #expect(index.closestLabels(to: String(long.prefix(200)), count: 3).count == 1)
    #expect(index.closestLabels(to: long, count: 3).isEmpty)
}
