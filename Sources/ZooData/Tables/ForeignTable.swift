import Foundation
import ZooRecords

/// A table or an archive of another program, which one command turns into text that is read here.
package enum ForeignTable: CaseIterable {
    case parquet, arrow, arrowStream, feather, spreadsheet, oldSpreadsheet, orc, avro, sqlite, hdf5
    case gzip, bzip2, xz, zstd, sevenZip, zip

    /// What a file is by its first and last bytes; nil for others, among them all texts.
    init?(_ descriptor: Int32) {
        var head = [UInt8](repeating: 0, count: 512)
        head.removeLast(head.count - max(0, pread(descriptor, &head, head.count, 0)))
        var status = stat()
        fstat(descriptor, &status)
        var tail = [UInt8](repeating: 0, count: 4)
        let hasTail = status.st_size >= 8 && pread(descriptor, &tail, 4, status.st_size - 4) == 4
        guard let found = Self.allCases.first(where: { $0.isBegun(by: head) }) else { return nil }
        // A text may begin with these letters.
        if [.parquet, .feather].contains(found), !hasTail || tail != Array(head.prefix(4)) { return nil }
        if found == .orc, !hasTail || !tail.starts(with: Array("ORC".utf8)) { return nil }
        self = found == .zip && Self.isSpreadsheet(head) ? .spreadsheet : found
    }

    /// What a file is, and the command that converts it; nil for one that is no such table.
    package static func reason(ofFile path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return ForeignTable(descriptor)?.reason(path)
    }

    private func isBegun(by head: [UInt8]) -> Bool {
        let mark: [UInt8] =
            switch self {
            case .parquet: Array("PAR1".utf8)
            case .arrow: Array("ARROW1\0\0".utf8)
            case .arrowStream: [0xFF, 0xFF, 0xFF, 0xFF]
            case .feather: Array("FEA1".utf8)
            case .spreadsheet: []
            case .oldSpreadsheet: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
            case .orc: Array("ORC".utf8)
            case .avro: Array("Obj\u{1}".utf8)
            case .sqlite: Array("SQLite format 3\0".utf8)
            case .hdf5: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
            case .gzip: [0x1F, 0x8B, 0x08]
            case .bzip2: head.starts(with: Array("BZh".utf8)) ? Array(head.prefix(4)) + [0x31, 0x41, 0x59, 0x26] : []
            case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]
            case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
            case .sevenZip: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
            case .zip: Array("PK\u{3}\u{4}".utf8)
            }
        return !mark.isEmpty && head.starts(with: mark)
    }

    /// Whether the first file of a ZIP archive is one of those that Office and LibreOffice write first.
    private static func isSpreadsheet(_ head: [UInt8]) -> Bool {
        guard head.count > 30 else { return false }
        let length = Int(head[26]) | Int(head[27]) << 8
        let text = String(decoding: head.dropFirst(30), as: UTF8.self)
        let name = String(decoding: head.dropFirst(30).prefix(length), as: UTF8.self)
        return ["[Content_Types].xml", "docProps/", "_rels/", "xl/"].contains { name.hasPrefix($0) }
            || name == "mimetype" && text.contains("opendocument.spreadsheet")
    }

    /// What it is, and the command that converts it.
    func reason(_ path: String) -> String {
        // What comes through a pipe has no name.
        let path = path.hasPrefix("/dev/") || path.hasPrefix("/proc/") ? "FILE" : path
        let stem = (path as NSString).deletingPathExtension
        // Nothing is written over a file that there is: it may be this one.
        let output = stem + (FileManager.default.fileExists(atPath: stem + ".csv") ? ".converted.csv" : ".csv")
        func python(_ read: String, _ write: String, _ more: String = "") -> String {
            func literal(_ text: String) -> String {
                "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
            }
            let module = read.prefix { $0 != "." }
            return Self.command(
                "python3 -c", "import \(module); \(read)(\(literal(path))).\(write)(\(literal(output))\(more))")
        }
        func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
        // Files of another name are refused unless they come by stdin.
        func unpacking(_ program: String, _ ending: String) -> String {
            path.hasSuffix(ending)
                ? "\(program) -k \(path.shellQuoted)" : "\(program) -c < \(path.shellQuoted) > \(output.shellQuoted)"
        }
        let (noun, command): (String, String) =
            switch self {
            case .parquet:
                (
                    "a Parquet file",
                    Self.command("duckdb -c", "COPY (FROM read_parquet(\(literal(path)))) TO \(literal(output))")
                )
            case .arrow: ("an Arrow file", python("polars.read_ipc", "write_csv"))
            case .arrowStream: ("a stream of Arrow", python("polars.read_ipc_stream", "write_csv"))
            case .feather: ("a Feather file", python("pandas.read_feather", "to_csv", ", index=False"))
            case .spreadsheet, .oldSpreadsheet:
                ("a spreadsheet", "soffice --headless --convert-to csv --outdir converted \(path.shellQuoted)")
            case .orc: ("an ORC file", python("pandas.read_orc", "to_csv", ", index=False"))
            case .avro: ("an Avro file", python("polars.read_avro", "write_csv"))
            case .sqlite: ("an SQLite database", "")
            case .hdf5: ("an HDF5 file", "")
            case .gzip: ("a compressed file", unpacking("gunzip", ".gz"))
            case .bzip2: ("a compressed file", "bunzip2 -k \(path.shellQuoted)")
            case .xz: ("a compressed file", unpacking("xz -d", ".xz"))
            case .zstd: ("a compressed file", unpacking("zstd -d", ".zst"))
            case .sevenZip: ("an archive", "7z x \(path.shellQuoted)")
            case .zip: ("a ZIP archive", "unzip \(path.shellQuoted)")
            }
        switch self {
        case .sqlite: return "it is \(noun): name it with --db, and its rows with --sql 'SELECT …'"
        case .hdf5: return "it is \(noun): write its table as CSV"
        default: return "it is \(noun), which is not read; convert it: \(command)"
        }
    }

    /// A command with a text in double quotes, as a POSIX shell reads it.
    private static func command(_ command: String, _ text: String) -> String {
        let special: Set<Character> = ["\\", "\"", "$", "`"]
        return "\(command) \"" + text.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
