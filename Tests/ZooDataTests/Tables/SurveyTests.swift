import Foundation
import Testing
import ZooData

/// One table as sixteen exports of ten programs have it; `Survey/make.py` names their versions and makes the files.
@Suite struct SurveyTests {
    private struct Expected: Decodable {
        let kind: String
        let values: [QueryValue]

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            kind = try pair.decode(String.self)
            var list = try pair.nestedUnkeyedContainer()
            var values: [QueryValue] = []
            while !list.isAtEnd {
                if try list.decodeNil() {
                    values.append(.null)
                } else if let text = try? list.decode(String.self) {
                    values.append(.text(text))
                } else {
                    values.append(.real(try list.decode(Double.self)))
                }
            }
            self.values = values
        }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Survey")

    @Test func everyExportIsReadAsItWasMeant() throws {
        let bytes = try Data(contentsOf: Self.folder.appendingPathComponent("expected.json"))
        let files = try JSONDecoder().decode([String: [String: Expected]].self, from: bytes)
        #expect(files.count == 16)
        for (name, columns) in files {
            let table = try importingTable(bytes: Array(try Data(contentsOf: Self.folder.appendingPathComponent(name))))
            #expect(Set(table.summary.columns.map(\.name)) == Set(columns.keys), "\(name)")
            for (column, expected) in columns {
                #expect(try table.column(column).kind.rawValue == expected.kind, "\(name), \(column)")
                let values = try table.values(column).map { value in
                    if case .integer(let number) = value { QueryValue.real(Double(number)) } else { value }
                }
                #expect(values == expected.values, "\(name), \(column)")
            }
            // What is read otherwise than it stands there is said.
            let says = (table.summary.columns.flatMap(\.notes) + table.summary.notes).joined(separator: "\n")
            if expectsBlanks(columns) { #expect(says.contains("blanks taken off"), "\(name)") }
            if table.summary.columns.contains(where: { $0.numberFormat != nil }) {
                #expect(says.contains("is read as a decimal comma"), "\(name)")
            }
        }
    }

    private func expectsBlanks(_ columns: [String: Expected]) -> Bool { columns["name"]?.values.last == .text("edge") }
}
