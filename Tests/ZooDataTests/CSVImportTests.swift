import Foundation
import Testing
import ZooData

/// Writes `text` to a file and imports it.
@discardableResult
private func importing(
    _ text: String, as encoding: String.Encoding = .utf8,
    columns: RatingColumns = RatingColumns(user: "user", item: "item", rating: "rating"),
    _ configure: (inout ImportOptions) -> Void = { _ in }
) throws -> (report: ImportReport, data: StoredInteractions) {
    try importing(bytes: try #require(text.data(using: encoding)), columns: columns, configure)
}

@discardableResult
private func importing(
    bytes: Data, columns: RatingColumns = RatingColumns(user: "user", item: "item", rating: "rating"),
    _ configure: (inout ImportOptions) -> Void = { _ in }
) throws -> (report: ImportReport, data: StoredInteractions) {
    try withStore { store, folder in
        let file = folder.appendingPathComponent("r.csv")
        try bytes.write(to: file)
        var options = ImportOptions()
        configure(&options)
        do {
            let report = try store.importCSV(file: file, name: "d", columns: columns, options: options)
            return (report, try store.interactions(dataset: "d"))
        } catch {
            // Whatever went wrong: nothing is there, and the message names the file, not its folder's whole path twice.
            let left = try store.datasets()
            #expect(left.isEmpty)
            throw error
        }
    }
}

/// The message of the error that importing `text` ends in, from the file's name on.
private func message(
    _ text: String, as encoding: String.Encoding = .utf8,
    columns: RatingColumns = RatingColumns(user: "user", item: "item", rating: "rating"),
    _ configure: (inout ImportOptions) -> Void = { _ in }
) throws -> String {
    let error = #expect(throws: DataError.self) { try importing(text, as: encoding, columns: columns, configure) }
    let text = error?.description ?? ""
    return text.range(of: "r.csv").map { String(text[$0.lowerBound...]) } ?? text
}

@Test func aPlainFileIsSortedByKeys() throws {
    let (report, data) = try importing("user,item,rating\n10,b,4\n9,b,3.5\n9,a,1\n")
    #expect(data.userKeys == ["9", "10"] && data.itemKeys == ["a", "b"] && data.itemTitles == ["a", "b"])
    #expect(data.users == [0, 0, 1] && data.items == [0, 1, 1] && data.ratings == [1, 3.5, 4])
    #expect(data.parts == [1, 1, 1] && data.timestamps.isEmpty)
    let summary = try report.dataset.ratings()
    #expect(summary.ratingMinimum == 1 && summary.ratingMaximum == 4 && report.badRows.count == 0)
}

@Test func quotesLineBreaksMarksAndDelimitersAreRead() throws {
    var columns = RatingColumns(user: "User Id", item: "film", rating: "STARS")
    columns.title = "title"
    columns.timestamp = "when"
    let text =
        "\u{FEFF}\"User Id\";film;title;Stars;when\r\n"
        + "1;7;\"A \"\"quoted\"\"; title,\r\non two lines\";4,5\r\n"
    #expect(throws: DataError.self) { try importing(text, columns: columns) }  // 4 fields, and a decimal comma
    let right = text.replacingOccurrences(of: "4,5\r\n", with: "4.5;881250949\r\n\r\n") + " \"2\" ;7;;\t3 ; 1e3"
    let wrong = try message(right.replacingOccurrences(of: "\" ;", with: "\"x ;"), columns: columns)
    #expect(wrong.contains("line 5: text follows the closing quote"), "\(wrong)")
    let (_, data) = try importing(right, columns: columns)
    #expect(data.itemTitles == ["A \"quoted\"; title,\r\non two lines"])
    #expect(data.userKeys == ["1", "2"] && data.ratings == [4.5, 3] && data.timestamps == [881_250_949, 1000])
}

@Test(arguments: [",", ";", "\t", "|"])
func theDelimiterIsFound(delimiter: String) throws {
    let rows = [["user", "item", "rating"], ["1", "a, b; c | d\te", "5"]]
    let text = rows.map { $0.map { "\"\($0)\"" }.joined(separator: delimiter) }.joined(separator: "\n")
    let (_, data) = try importing(text)
    #expect(data.itemKeys == ["a, b; c | d\te"])
}

@Test func columnsThatAreMissingAreNamedWithThosePresent() throws {
    let text = try message("user,movie,rating\n1,2,3\n")
    #expect(text == "r.csv, line 1: no column 'item'; there are 'user', 'movie', 'rating': name the columns to use")
}

@Test(
    arguments: [
        ("1,2,good", "column 'rating': 'good' is not a number"),
        ("1,2,inf", "'inf' is not a number"), ("1,2,1e999", "is not a number"), ("1,2,0x4", "is not a number"),
        ("1,2,9", "9 is outside 1 to 5"), ("1,2,-1", "-1 is outside 1 to 5"), (",2,3", "column 'user': it is empty"),
        ("1,,3", "column 'item': it is empty"), ("1,2", "2 fields where the header has 3"),
        ("1,2,3,4", "4 fields where the header has 3"), ("1,2\0,3", "a NUL byte"),
        ("1,\"2\"x,3", "text follows the closing quote"),
    ])
func aBadRowIsNamedAndCanBeSkipped(row: String, reason: String) throws {
    let text = "user,item,rating\n8,8,5\n\(row)\n9,9,1\n"
    let scale: (inout ImportOptions) -> Void = { $0.scale = 1...5 }
    let found = try message(text, scale)
    #expect(found.hasPrefix("r.csv, line 3") && found.contains(reason), "\(found)")
    #expect(found.hasSuffix("; correct it, or skip bad rows (--skip-bad-rows)"))
    let (report, data) = try importing(text) {
        scale(&$0)
        $0.skipsBadRows = true
    }
    #expect(report.badRows.count == 1 && report.badRows.listed.first?.line == 3)
    #expect(data.ratings.count == 2 && data.ratings.last == 1)
}

@Test func ofADuplicateTheLatestIsKept() throws {
    var columns = RatingColumns(user: "user", item: "item", rating: "rating")
    let text = "user,item,rating,time\n1,1,5,300\n1,1,4,200\n1,1,3,300\n1,1,2,100\n"
    let (plain, first) = try importing(text)
    #expect(first.ratings == [2] && plain.badRows.count == 0)  // without times: the last line
    columns.timestamp = "time"
    let (_, second) = try importing(text, columns: columns)
    #expect(second.ratings == [3])  // of those at 300 the later line
}

@Test func manyBadRowsAreAllCountedAndTheFirstListed() throws {
    let text = "user,item,rating\n1,1,1\n" + (0..<50).map { "1,\($0 + 2),x\n" }.joined()
    let (report, _) = try importing(text) { $0.skipsBadRows = true }
    #expect(report.badRows.count == 50 && report.badRows.listed.count == 20)
    #expect(report.badRows.listed.last?.line == 22)
}

@Test(arguments: ["", "\n\n", "\u{FEFF}", "user,item,rating\n", "user,item,rating"])
func aFileWithoutRatingsIsSaidToBeEmpty(text: String) throws {
    #expect(try message(text) == "r.csv: there are no ratings in it")
}

@Test func aFileOfOnlyBadRowsIsEmpty() throws {
    #expect(try message("user,item,rating\nx,y,z\n") { $0.skipsBadRows = true } == "r.csv: there are no ratings in it")
}

@Test func latin1IsReadWhenSaidAndRefusedWhenNot() throws {
    let text = "user,item,rating\n1,ok,3\n1,Amélie,4\n"
    let found = try message(text, as: .isoLatin1)
    #expect(found == "r.csv, line 3: this is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
    let (_, data) = try importing(text, as: .isoLatin1) { $0.encoding = .latin1 }
    #expect(data.itemKeys == ["Amélie", "ok"])
}

@Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
func utf16IsRecognised(encoding: String.Encoding) throws {
    let (_, data) = try importing("\u{FEFF}user,item,rating\n1,Amélie,1\n", as: encoding)
    #expect(data.itemKeys == ["Amélie"])
}

@Test func anEndlessLineEndsTheImportInBoundedMemory() throws {
    try withStore { store, folder in
        let file = folder.appendingPathComponent("r.csv")
        try Data("user,item,rating\n1,1,1\n".utf8).write(to: file)
        truncate(file.path, 100_000_000)  // 100 MB of NUL bytes in one line, none of them on the disk
        let columns = RatingColumns(user: "user", item: "item", rating: "rating")
        let error = #expect(throws: DataError.self) { try store.importCSV(file: file, name: "d", columns: columns) }
        #expect(error == .lineTooLong(file: file.path, line: 3, limit: 1 << 25))
    }
}

@Test func aQuoteThatIsNeverClosedEndsTheImportEvenWhenSkipping() throws {
    let text = "user,item,rating\n1,1,1\n1,\"2,3\n1,3,4\n"
    #expect(try message(text) { $0.skipsBadRows = true } == "r.csv, line 3: a quote opens here and is never closed")
}

@Test func missingFilesAndFoldersAreSaidToBeSo() throws {
    try withStore { (store, folder) throws in
        let columns = RatingColumns(user: "user", item: "item", rating: "rating")
        let missing = #expect(throws: DataError.self) {
            try store.importCSV(file: folder.appendingPathComponent("no.csv"), name: "d", columns: columns)
        }
        #expect(missing?.description.hasSuffix("no.csv: No such file or directory") == true)
        let aFolder = #expect(throws: DataError.self) { try store.importCSV(file: folder, name: "d", columns: columns) }
        #expect(aFolder?.description.hasSuffix("it is a folder, not a file") == true)
    }
}

@Test func recordsAcrossBufferEdgesComeOutWhole() throws {
    // Rows of growing length, so that quotes, breaks and ends fall on every place of a 256 KiB buffer's edge.
    var text = "user,item,rating\n"
    for i in 0..<3000 { text += "\(i),\"\(String(repeating: "é\n\"\"", count: i % 97))\(i)\",\(i % 5 + 1)\r\n" }
    let (_, data) = try importing(text)
    #expect(data.ratings.count == 3000)
    for i in stride(from: 0, to: 3000, by: 7) {
        let key = String(repeating: "é\n\"", count: i % 97) + "\(i)"
        #expect(data.itemKeys[Int(data.items[i])] == key)
    }
}
