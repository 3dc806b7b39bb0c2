import Foundation

/// Reads NumPy's files: `.npy`, and `.npz` as `numpy.savez` and `numpy.savez_compressed` write it. Nothing in them is executed: arrays of objects are
/// refused.
///
/// - Source: numpy.lib.format, versions 1.0 to 3.0
package enum NumPyReader {
    /// An array of a file.
    package enum Content: Sendable, Equatable {
        /// Numbers, row-major.
        case numbers(WeightValues)
        /// Texts.
        case texts([String])
    }

    /// An array with its name in an `.npz`; of an `.npy` the name is empty.
    package struct Entry: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// The sizes of its axes.
        package let shape: [Int]
        /// What it holds.
        package let content: Content

        /// An array of a name.
        package init(name: String, shape: [Int], content: Content) {
            (self.name, self.shape, self.content) = (name, shape, content)
        }
    }

    /// The arrays of a file.
    ///
    /// - Throws: `ForeignFileError` for what is damaged, a zip bomb, or of objects; `WeightError.missing`, `.unreadable`
    package static func entries(contentsOf url: URL) throws -> [Entry] {
        do { return try entries(FileBytes(url)) } catch let problem as ForeignError {
            throw ForeignFileError(path: url.path, problem: problem)
        }
    }

    static func entries(_ bytes: FileBytes) throws -> [Entry] {
        guard try bytes.prefix(2) == [0x50, 0x4B] else { return [try entry("", bytes, bytes.all)] }
        let archive = try ZipDirectory(bytes)
        return try archive.names.map { name in
            let title = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
            guard let inflated = try archive.inflated(name) else {
                return try entry(title, bytes, archive.checked(name))
            }
            return try entry(title, FileBytes(inflated), inflated.indices)
        }
    }

    private static func entry(_ name: String, _ bytes: FileBytes, _ range: Range<Int>) throws -> Entry {
        let location = name.isEmpty ? "npy" : name
        func refuse(_ reason: String) -> ForeignError { .malformed(location: location, reason: reason) }
        var cursor = ByteCursor(bytes, range, location: location)
        guard try cursor.piece(6).elementsEqual([0x93] + Array("NUMPY".utf8)) else {
            throw refuse("it is not an array of NumPy")
        }
        let version = try cursor.byte()
        try cursor.skip(1)
        guard (1...3).contains(version) else { throw refuse("its version \(version) is not known") }
        let length = try cursor.unsigned(version == 1 ? 2 : 4)
        guard length <= 1 << 20 else { throw refuse("its header claims \(length) bytes") }
        let header = try NumPyHeader(String(decoding: cursor.piece(length), as: UTF8.self), location: location)
        guard !header.isColumnMajor || header.shape.count < 2 else {
            throw ForeignError.unsupported(
                reason: "its array \(location) lies in Fortran's order: numpy.ascontiguousarray makes it row-major")
        }
        var count = 1
        for size in header.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { throw refuse("its sizes \(header.shape) overflow") }
            count = product
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: header.type.width)
        guard !overflow, size == cursor.rest else {
            throw refuse("\(header.shape) of \(header.descr) take \(size) bytes, and there are \(cursor.rest)")
        }
        return Entry(
            name: name, shape: header.shape,
            content: try header.type.content(bytes, cursor.take(size), location: location))
    }
}

/// The type of an array's items.
private enum NumPyType {
    case number(TorchType)
    case text(Int)

    init?(_ descr: String) {
        let kinds: [String: TorchType] = [
            "<f8": .float64, "<f4": .float32, "<f2": .float16, "<i8": .int64, "<i4": .int32, "<i2": .int16,
            "|i1": .int8,
            "|u1": .uint8, "|b1": .boolean,
        ]
        if let kind = kinds[descr] {
            self = .number(kind)
        } else if descr.hasPrefix("<U"), let width = Int(descr.dropFirst(2)), (0..<1 << 24).contains(width) {
            self = .text(width)
        } else {
            return nil
        }
    }

    /// Bytes an item takes.
    var width: Int {
        switch self {
        case .number(let type): type.width
        case .text(let width): width * 4
        }
    }

    func content(_ file: FileBytes, _ range: Range<Int>, location: String) throws -> NumPyReader.Content {
        switch self {
        case .number(let type): return .numbers(try type.values(file, range))
        case .text(let width):
            guard width > 0 else { return .texts([]) }
            let bytes = try file.read(range)
            return .texts(
                try stride(from: 0, to: bytes.count, by: width * 4).map { start in
                    var text = String.UnicodeScalarView()
                    for place in stride(from: start, to: start + width * 4, by: 4) {
                        let value = (0..<4).reduce(0 as UInt32) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
                        guard value != 0 else { break }
                        guard let scalar = Unicode.Scalar(value) else {
                            throw ForeignError.malformed(location: location, reason: "\(value) is not a character")
                        }
                        text.append(scalar)
                    }
                    return String(text)
                })
        }
    }
}

/// The dictionary at the head of an array.
private struct NumPyHeader {
    let descr: String
    let type: NumPyType
    let isColumnMajor: Bool
    let shape: [Int]

    init(_ text: String, location: String) throws {
        func refuse(_ what: String) -> ForeignError {
            .malformed(location: location, reason: "its header names no \(what)")
        }
        guard let descr = text.firstMatch(of: #/'descr':\s*'([^']*)'/#)?.output.1 else {
            throw text.contains("'descr': [")
                ? ForeignError.unsupported(reason: "its array \(location) has fields, as a table has") : refuse("type")
        }
        guard let order = text.firstMatch(of: #/'fortran_order':\s*(True|False)/#)?.output.1 else {
            throw refuse("order")
        }
        guard let sizes = text.firstMatch(of: #/'shape':\s*\(([0-9, ]*)\)/#)?.output.1 else { throw refuse("shape") }
        guard let type = NumPyType(String(descr)) else {
            throw ForeignError.unsupported(
                reason:
                    "its array \(location) is of the type \(descr.prefix(20)); astype('float32') makes numbers of it")
        }
        let shape = sizes.split(separator: ",").map { Int($0.filter { $0 != " " }) }
        guard shape.count <= 32,
            let known = shape.reduce([Int]?.some([]), { a, b in a.flatMap { a in b.map { a + [$0] } } })
        else { throw refuse("shape") }
        (self.descr, self.type, isColumnMajor, self.shape) = (String(descr), type, order == "True", known)
    }
}
