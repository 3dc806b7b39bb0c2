import Foundation
import Testing

@Suite struct SubmitCommandTests {
    private let rows = ["7,Ayton,3,80.5", "3,Beford,2,61.5", "05,Cheam,5,140.5"]

    /// Trains `m` on houses and writes `test.csv`, three houses with numbers.
    private func prepare(_ box: Sandbox) throws {
        try box.importHouses()
        try box.succeed(
            "train", "tabular", "--data", "houses", "--target", "price", "--ignore", "sold", "--epochs", "2", "--save",
            "m", "--quiet")
        try box.write("test.csv", "number,town,rooms,area\n" + rows.joined(separator: "\n") + "\n")
    }

    private func contents(_ box: Sandbox, _ name: String = "out.csv") -> [String] {
        let text = try? String(contentsOf: box.folder.appendingPathComponent(name), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    private let submit = ["submit", "m", "--input", "test.csv", "--id", "number", "--output", "out.csv"]

    @Test func theFileHasTheColumnsAndTheIdentifiersAsTheyStandThere() throws {
        try withSandbox { box in
            try prepare(box)
            let run = try box.start(submit + ["--json"]).wait()
            #expect(run.code == 0, "\(run.stderr)")
            let lines = contents(box)
            #expect(lines.first == "number,price" && lines.count == 4)
            #expect(lines.dropFirst().map { $0.prefix { $0 != "," } } == ["7", "3", "05"])
            let predicted: JSONObject = try box.json("predict", "m", "--input", "test.csv")
            let prices = (predicted["predictions"] as? [[Double]] ?? []).map { $0[0] }
            let written = lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
            #expect(written.count == 3 && zip(written, prices).allSatisfy { abs($0 - $1) < 1e-9 * abs($1) })
            // In the order of the sample, under its name.
            try box.write("sample.csv", "number,SalePrice\n05,0\n7,0\n3,0\n")
            let sampled = try box.start(submit + ["--target", "SalePrice", "--sample", "sample.csv", "--replace"])
                .wait()
            #expect(sampled.code == 0 && sampled.stdout.contains("those of sample.csv"), "\(sampled.stderr)")
            #expect(contents(box).map { $0.prefix { $0 != "," } } == ["number", "05", "7", "3"])
            #expect(contents(box)[0] == "number,SalePrice" && contents(box)[2] == lines[1])
        }
    }

    @Test func theSampleNamesTheColumnsInItsOrder() throws {
        try withSandbox { box in
            try prepare(box)
            try box.write("sample.csv", "Preis,number\n0,05\n0,7\n0,3\n")
            let plain = ["submit", "m", "--input", "test.csv", "--output", "out.csv", "--sample", "sample.csv"]
            let run = try box.start(plain).wait()
            #expect(run.code == 0, "\(run.stderr)")
            #expect(contents(box)[0] == "Preis,number")
            #expect(contents(box).dropFirst().map { $0.split(separator: ",")[1] } == ["05", "7", "3"])
            #expect(try box.start(submit + ["--sample", "sample.csv", "--replace"]).wait().code == 0)
            try box.write("sample.csv", "Id,Preis\n7,0\n")
            let none = try box.start(plain + ["--replace"]).wait()
            #expect(
                none.isOneLineFailure && none.stderr.contains("--id names its column of identifiers"), "\(none.stderr)")
        }
    }

    @Test func whatACompetitionWouldRefuseIsNotWritten() throws {
        try withSandbox { box in
            try prepare(box)
            func refused(_ arguments: [String] = [], input: String? = nil, _ reason: String) throws {
                if let input { try box.write("test.csv", input) }
                let run = try box.start(submit + arguments).wait()
                #expect(run.isOneLineFailure && run.stderr.contains(reason), "\(reason): \(run.stderr)")
                #expect(contents(box).isEmpty)
            }
            try box.write("sample.csv", "number,price\n7,0\n3,0\n")
            try refused(["--sample", "sample.csv"], "the sample sample.csv has 2 rows, the input 3")
            try box.write("sample.csv", "number,price\n7,0\n3,0\n05,0\n9,0\n")
            try refused(["--sample", "sample.csv"], "has 'number' 9, the input has not")
            try box.write("sample.csv", "Id,price\n7,0\n")
            try refused(["--sample", "sample.csv"], "has the columns Id,price")
            try refused(["--sample", "none.csv"], "none.csv")
            try refused(["--probability", "yes"], "the model predicts numbers")
            let lines = rows.joined(separator: "\n") + "\n"
            try refused(input: "number,town,rooms\n7,Ayton,3\n", "'area'")
            try refused(input: "nr,town,rooms,area\n" + lines, "'number'")
            try refused(input: "number,town,rooms,area\n" + lines + "7,Ayton,3,80.5\n", "7 is in rows 1 and 4")
            try refused(input: "number,town,rooms,area\n,Ayton,3,80.5\n", "row 1 has no 'number'")
            try refused(input: "number,town,rooms,area\n1,Ayton,3,80.5\n2,Ayton,3\n", "line 3")
            try refused(input: "number,town,rooms,area\n", "there are no rows to answer")
            #expect(
                try box.fail("submit", "nietzsche-lstm", "--input", "test.csv", "--id", "a", "--output", "b").contains(
                    "zoo generate"))
            #expect(try box.zoo("submit", "m", "--input", "test.csv").code == 64)
        }
    }
}
