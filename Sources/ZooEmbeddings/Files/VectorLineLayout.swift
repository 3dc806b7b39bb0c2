/// How vectors lie in the lines of a file.
struct VectorLineLayout {
    let form: VectorFileForm
    /// How many numbers a vector has.
    let width: Int
    /// How many vectors the first line promises; nil for a file without such a line.
    var count: Int?
    /// What stands between two fields.
    var separator = UInt8(ascii: " ")

    init(form: VectorFileForm, width: Int) { (self.form, self.width) = (form, width) }

    /// How many lines tell the width where no header does.
    private static let sampledLines = 1000
    /// The most numbers a vector may have.
    private static let mostNumbers = 1 << 20

    /// Finds out how a file is written.
    ///
    /// - Parameter width: how many numbers a vector has, where that is known
    /// - Throws: `VectorFileError`
    init(path: String, width: Int?) throws {
        var reader = try LineReader(path: path)
        try reader.skipByteOrderMark()
        if let header = try Self.header(&reader) {
            if width ?? header.width == header.width {
                self.init(
                    form: try Self.isText(&reader, header.width) ? .word2vec : .word2vecBinary, width: header.width)
                count = header.count
                if width == nil, form == .word2vec { try checkHeader(path) }
                return
            }
            // Two whole numbers are no entry of three fields or more: the line is a header that says another width.
            if let width, width > 2, try Self.isText(&reader, width) {
                self.init(form: .word2vec, width: width)
                count = header.count
                return
            }
        }
        self = try Self.sampled(path, width)
    }

    /// The two whole numbers of a first line that holds nothing else; a count of more than 18 digits is more than any file has.
    private static func header(_ reader: inout LineReader) throws -> (count: Int, width: Int)? {
        let found = try reader.next { line -> (Int, Int)? in
            let fields = line.split(separator: 0x20)
            guard fields.count == 2, fields[0].allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
                let width = DecimalParsing.count(UnsafeBufferPointer(rebasing: fields[1])),
                (1...mostNumbers).contains(width)
            else { return nil }
            return (DecimalParsing.count(UnsafeBufferPointer(rebasing: fields[0])) ?? .max, width)
        }
        return found ?? nil
    }

    /// Whether the line behind the header ends in as many numbers as the header says.
    private static func isText(_ reader: inout LineReader, _ width: Int) throws -> Bool {
        do {
            return try reader.next { line in
                var numbers: [Float] = []
                return VectorLine(line, VectorLineLayout(form: .word2vec, width: width)).append(&numbers) == nil
                    || String(validating: line, as: UTF8.self).map { !$0.unicodeScalars.contains { $0.value < 9 } }
                        ?? false
            } ?? true
        } catch VectorFileError.badEntry { return false }  // no line end for very long
    }

    /// Refuses a header that says fewer numbers than the lines have: all keys would be several words and end in a decimal number.
    private func checkHeader(_ path: String) throws {
        var reader = try LineReader(path: path)
        try reader.skipByteOrderMark()
        _ = try reader.next { _ in }
        var (lines, first) = (0, "")
        while lines < Self.sampledLines {
            let fits = try reader.next { bytes -> Bool in
                let line = VectorLine(bytes, self)
                if line.isBlank { return false }
                lines += 1
                if lines == 1 { first = String(decoding: line.key.prefix(60), as: UTF8.self) }
                return !(line.keyEndsInNumber && line.key.contains(UInt8(ascii: ".")))
            }
            guard let fits else { break }
            if fits { return }
        }
        guard lines > 0 else { return }
        throw VectorFileError.malformed(
            path: path,
            reason: "line 1 says that a vector has \(width) numbers, and the lines have more: the first key would be "
                + "'\(first)'; --width says how many there are, --width \(width) takes the keys as they are")
    }

    /// Without a header most lines tell the width: they have a key of one word and the numbers.
    private static func sampled(_ path: String, _ width: Int?) throws -> VectorLineLayout {
        var reader = try LineReader(path: path)
        try reader.skipByteOrderMark()
        var (separator, counts, isNumbers, lines) = (UInt8(ascii: " "), [Int: Int](), true, 0)
        while lines < sampledLines {
            let found: Void? = try reader.next { line in
                if lines == 0, line.contains(0x09) { separator = 0x09 }
                let line = VectorLine.trimmed(line, separator)
                guard !line.isEmpty else { return }
                if line.contains(0) { throw VectorFileError.malformed(path: path, reason: unknown) }
                let fields = line.split(separator: separator, omittingEmptySubsequences: false)
                counts[fields.count, default: 0] += 1
                isNumbers = isNumbers && DecimalParsing.float(UnsafeBufferPointer(rebasing: fields[0])) != nil
                lines += 1
            }
            if found == nil { break }
        }
        guard lines > 0 else { throw VectorFileError.malformed(path: path, reason: "there are no vectors in it") }
        let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        let hasKeys = !isNumbers || width == usual - 1
        let numbers = width ?? (hasKeys ? usual - 1 : usual)
        guard (1...mostNumbers).contains(numbers) else { throw VectorFileError.malformed(path: path, reason: unknown) }
        var layout = VectorLineLayout(form: hasKeys ? .glove : .numbers, width: numbers)
        layout.separator = separator
        return layout
    }

    private static let unknown =
        "it is not a file of vectors that is known: word2vec, GloVe, fastText, the projector's, .npy, .npz, .safetensors or CSV with a header"
}

/// A line of a file: a key, then the numbers.
struct VectorLine {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let layout: VectorLineLayout
    private let keyEnd: Int?
    private let fieldCount: Int

    /// - Precondition: the bytes outlive the line
    init(_ line: UnsafeBufferPointer<UInt8>, _ layout: VectorLineLayout) {
        bytes = Self.trimmed(line, layout.separator)
        self.layout = layout
        let separator = layout.separator
        fieldCount = bytes.reduce(1) { $1 == separator ? $0 + 1 : $0 }
        var (position, fields) = (bytes.startIndex, fieldCount - layout.width)
        if layout.form == .numbers || fields < 1 {
            keyEnd = nil
            return
        }
        while fields > 0, position < bytes.count {
            if bytes[position] == separator { fields -= 1 }
            position += 1
        }
        keyEnd = position - 1
    }

    /// Without the separators at its end.
    static func trimmed(_ line: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> UnsafeBufferPointer<UInt8> {
        var end = line.count
        while end > 0, line[end - 1] == separator || line[end - 1] == 0x20 { end -= 1 }
        return UnsafeBufferPointer(rebasing: line[..<end])
    }

    /// Whether the key is several words, of which the last is a number: perhaps one of the vector.
    var keyEndsInNumber: Bool {
        guard let blank = key.lastIndex(of: layout.separator) else { return false }
        return DecimalParsing.float(UnsafeBufferPointer(rebasing: key[(blank + 1)...])) != nil
    }

    /// Whether there is nothing in it.
    var isBlank: Bool { bytes.isEmpty }

    /// The key's bytes; none where there are too few fields.
    var key: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[..<(keyEnd ?? 0)]) }

    /// Adds the numbers; gives a reason where they are not as they must be.
    func append(_ vectors: inout [Float]) -> String? {
        let expected = layout.form == .numbers ? layout.width : layout.width + 1
        guard layout.form == .numbers ? fieldCount == expected : keyEnd != nil else {
            return "it has \(fieldCount) fields where \(expected) are needed"
        }
        var start = keyEnd.map { $0 + 1 } ?? 0
        for number in 1...layout.width {
            var end = start
            while end < bytes.count, bytes[end] != layout.separator { end += 1 }
            let field = UnsafeBufferPointer(rebasing: bytes[start..<end])
            guard let value = DecimalParsing.float(field), value.isFinite else {
                return "its number \(number) is '\(String(decoding: field.prefix(40), as: UTF8.self))'"
            }
            vectors.append(value)
            start = end + 1
        }
        return nil
    }
}
