import Foundation
import Testing
import ZooData

@Suite struct OutputTests {
    @Test func writtenRowsAreReadBackAsTheyWere() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("o.csv").path
            let rows: [[QueryValue]] = [
                [.text("a,b"), .real(0.1), .integer(-7)],
                [.text("say \"hi\"\nnow"), .real(Double(Float(12.3))), .null],
                [.text(" blanks "), .real(1e300), .integer(0)],
            ]
            try DelimitedWriter.file(TableOutput(path), columns: ["x", "y z", "n"]) {
                for row in rows { try $0.add(row) }
            }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(
                text == """
                    x,y z,n
                    "a,b",0.1,-7
                    "say ""hi""
                    now",12.3,
                    " blanks ",1e+300,0

                    """)
        }
    }

    @Test func aFileThatBreaksOffLeavesTheOldOne() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("o.csv").path
            try Data("old".utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: NoTable.self) {
                try DelimitedWriter.file(TableOutput(path, isReplacing: true), columns: ["x"]) { _ in throw NoTable() }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["o.csv"])
            let error = #expect(throws: DataError.self) {
                try DelimitedWriter.file(TableOutput(folder.path), columns: ["x"]) { _ in }
            }
            #expect(error == .notWritten(path: folder.path, reason: "it is a folder: name a file"))
        }
    }
}

@Suite struct SubmissionFileTests {
    private func submission(_ ids: [String], _ answers: [QueryValue]) throws -> SubmissionFile {
        try SubmissionFile(idColumn: "datetime", targetColumn: "count", ids: ids, answers: answers)
    }

    @Test func theFileHasTheColumnsAndRowsAskedFor() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("s.csv").path
            try submission(["2011-01-20 00:00:00", "2011-01-20 01:00:00"], [.real(12.5), .integer(3)]).write(
                to: TableOutput(path))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "datetime,count\n2011-01-20 00:00:00,12.5\n2011-01-20 01:00:00,3\n")
        }
    }

    @Test func whatACompetitionWouldRefuseIsRefused() throws {
        func message(_ ids: [String], _ answers: [QueryValue]) -> String {
            #expect(throws: DataError.self) { try submission(ids, answers) }?.description ?? ""
        }
        #expect(message(["a", "b"], [.integer(1)]).contains("1 answer to 2 rows"))
        #expect(message(["a", ""], [.integer(1), .integer(2)]).contains("row 2 has no 'datetime'"))
        #expect(message(["a", "b", "a"], [.integer(1), .integer(1), .integer(1)]).contains("a is in rows 1 and 3"))
        for bad in [QueryValue.null, .real(.nan), .real(.infinity), .text("")] {
            #expect(message(["a", "b"], [.integer(1), bad]).contains("no answer to 'datetime' b, row 2"))
        }
        #expect(message([], []).contains("no rows"))
    }

    @Test func aSampleIsMatchedInItsOrder() throws {
        try withTemporaryFolder { folder in
            func matched(_ sample: String) throws -> SubmissionFile {
                let path = folder.appendingPathComponent("sample.csv").path
                try Data(sample.utf8).write(to: URL(fileURLWithPath: path))
                var file = try submission(["1", "2", "3"], [.real(1), .real(2), .real(3)])
                try file.match(sample: path)
                return file
            }
            let file = try matched("datetime,count\n3,0\n1,0\n2,0\n")
            #expect(file.ids == ["3", "1", "2"] && file.answers == [[.real(3)], [.real(1)], [.real(2)]])
            #expect(try matched("count,datetime\n0,3\n0,1\n0,2\n").columns == ["count", "datetime"])
            for (sample, reason) in [
                ("datetime,cnt\n1,0\n", "has the columns datetime,cnt, this has datetime,count"),
                ("datetime,count\n1,0\n2,0\n", "has 2 rows, the input 3: 'datetime' 3 of row 3 is not in the sample"),
                ("datetime,count\n1,0\n2,0\n3,0\n4,0\n", "has 'datetime' 4, the input has not"),
                ("datetime,count\n1,0\n2,0\n3,0\n3,0\n", "has 'datetime' 3 twice"),
            ] {
                let error = #expect(throws: DataError.self) { try matched(sample) }
                #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
            }
        }
    }
}
