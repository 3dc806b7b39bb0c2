import Foundation
import Testing
import ZooData

/// The first bytes are those of files that polars 2.1.0 and DuckDB 2.0.1 write; their commands were run.
@Suite struct ForeignTableTests {
    @Test func tablesOfOtherProgramsAreNamedWithTheCommandThatConvertsThem() throws {
        let zip: [UInt8] = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 22)
        let files: [([UInt8], String)] = [
            (Array("PAR1".utf8) + [21, 0, 21, 0] + Array("PAR1".utf8), "duckdb -c \"COPY (FROM read_parquet('"),
            (Array("ARROW1\0\0".utf8) + [0xFF, 0xFF, 0xFF, 0xFF], "polars.read_ipc('"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 16, 1, 0, 0], "polars.read_ipc_stream('"),
            (zip + [19, 0, 0, 0] + Array("[Content_Types].xml".utf8), "soffice --headless --convert-to csv"),
            (zip + [5, 0, 0, 0] + Array("a.csv".utf8), "unzip"), ([0x1F, 0x8B, 8, 0], "gunzip -c < "),
            (Array("SQLite format 3\0".utf8), "--db"), (Array("ORC\u{8}data\u{3}ORC\u{17}".utf8), "pandas.read_orc('"),
        ]
        for (bytes, command) in files {
            try withStore { store, folder in
                let file = folder.appendingPathComponent("t.csv")
                try Data(bytes).write(to: file)
                let path = file.path
                let reads: [() throws -> Void] =
                    (command == "--db" ? [] : [{ _ = try DataStore(url: file).query("SELECT 1") }]) + [
                        { _ = try store.importTable(file: file, name: "d") },
                        { _ = try store.importCSV(file: file, name: "d", columns: RatingColumns()) },
                        { _ = try store.importTexts(path: path, name: "d") },
                        { _ = try store.importTexts(csv: path, text: "a", label: nil, name: "d") },
                        { _ = try DataStore.texts(ofFile: path, column: nil) },
                        { _ = try TableFile(path: path, columns: []) },
                        { _ = try PersonalRatings.read(path: path, scale: 1...5) },
                    ]
                for read in reads {
                    let error = #expect(throws: DataError.self) { try read() }
                    #expect(error?.description.contains(command) == true, "\(error?.description ?? "")")
                }
            }
        }
    }

    @Test func aTextMayBeginWithTheSameLetters() throws {
        #expect(try importingTable("PAR1,b\n1,2\n").values("PAR1") == [.integer(1)])
        #expect(try importingTable("ARROW1,BZh9\n1,2\n").values("BZh9") == [.integer(2)])
        #expect(try importingTable("ORC,FEA1\n1,2\n").values("ORC") == [.integer(1)])
    }

    @Test func noAdvisedCommandWritesOnAFileThatThereIs() throws {
        try withTemporaryFolder { folder in
            let bytes = Data("PAR1\u{15}\u{0}\u{15}\u{0}PAR1".utf8)
            func advice(_ name: String) throws -> String {
                let file = folder.appendingPathComponent(name)
                try bytes.write(to: file)
                let error = #expect(throws: DataError.self) { _ = try TableFile(path: file.path, columns: []) }
                return error?.description ?? ""
            }
            for (name, output) in [
                ("b.parquet", "b.csv"), ("b.csv", "b.converted.csv"), ("b.parquet", "b.converted.csv"),
            ] {
                let text = try advice(name)
                #expect(text.contains("TO '\(folder.path)/\(output)'"), "\(text)")
            }
            // Quoted for SQL, then for the shell.
            let quoted = try advice("it's $1.pq")
            #expect(quoted.contains("\"COPY (FROM read_parquet('\(folder.path)/it''s \\$1.pq')) TO"), "\(quoted)")
        }
    }
}
