import ZooRecords

/// What a column of a row goes into: categories, continuous inputs, and of a date its parts.
///
/// It stays where it is and holds plain numbers, so that setting them counts no references.
struct RowInput: ~Copyable {
    private let codes: UnsafeMutableBufferPointer<NumberCode>
    private let values: UnsafeMutableBufferPointer<(place: Int, scaling: NumberScaling)>
    private let texts: [TextInput]
    private let parts: [DatePart]
    private let partInputs: UnsafeMutableBufferPointer<RowInput>
    private let hasClock: Bool
    /// The last date, whose parts are set still.
    private var known = Double.nan

    init(_ column: TableColumn, _ features: FittedFeatures) {
        self.init(
            column.name, features, parts: features.dates.contains(column.name) ? DatePart.allCases : [],
            hasClock: column.clock != nil)
    }

    private init(_ name: String, _ features: FittedFeatures, parts: [DatePart], hasClock: Bool = false) {
        let categories = features.categories.enumerated().filter { $1.column == name }
        codes = Self.plain(categories.compactMap { NumberCode($1, place: $0) })
        texts = categories.compactMap { TextInput($1, place: $0) }
        values = Self.plain(
            features.continuous.enumerated().filter { $1.column == name }.map { ($0, $1.scaling) })
        self.parts = parts.filter { part in
            features.categories.contains { $0.column == part.name(of: name) }
                || features.continuous.contains { $0.column == part.name(of: name) }
        }
        partInputs = .allocate(capacity: self.parts.count)
        for (index, part) in self.parts.enumerated() {
            partInputs.initializeElement(at: index, to: RowInput(part.name(of: name), features, parts: []))
        }
        self.hasClock = hasClock
    }

    private static func plain<T>(_ elements: [T]) -> UnsafeMutableBufferPointer<T> {
        let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        return memory
    }

    deinit {
        for code in codes { code.numbers?.deallocate() }
        codes.deallocate()
        values.deallocate()
        partInputs.deinitialize()
        partInputs.deallocate()
    }

    mutating func set(_ number: Double, _ row: EncodedRow) {
        for code in codes { row.codes[code.place] = code.code(of: number) }
        for input in values { row.values[input.place] = input.scaling.input(number) }
        if !texts.isEmpty { setText(of: number, row) }
        guard !parts.isEmpty, known != number else { return }
        known = number
        let moment = hasClock ? Moment(number: number) : Moment(clock: number, offset: 0)
        let date = number.isFinite ? CivilDate(secondsSince1970: moment.clock) : nil
        for (index, part) in parts.enumerated() {
            partInputs[index].set(date.map { part.value(of: $0, instant: moment.instant) } ?? .nan, row)
        }
    }

    /// Sets categories of texts to the code of what is written for a number.
    private func setText(of number: Double, _ row: EncodedRow) {
        var text = NumberLabel.text(number)
        for input in texts {
            row.codes[input.place] = number.isNaN ? input.missing : text.withUTF8 { input.codes.code($0) }
        }
    }

    func set(_ text: UnsafeBufferPointer<UInt8>, _ row: EncodedRow) {
        for input in texts { row.codes[input.place] = input.codes.code(text) }
        guard !codes.isEmpty || !values.isEmpty else { return }
        let number = Double(String(decoding: text, as: UTF8.self)) ?? .nan
        for code in codes { row.codes[code.place] = code.code(of: number) }
        for input in values { row.values[input.place] = input.scaling.input(number) }
    }
}

/// A category of numbers, or of whether there is one, without anything that is counted.
private struct NumberCode {
    let place: Int
    /// The numbers with codes of their own, rising; nil for whether there is a number.
    let numbers: UnsafeMutableBufferPointer<Double>?
    let firstCode: Int
    let missing: Int32

    init?(_ category: FittedCategory, place: Int) {
        switch category.values {
        case .texts: return nil
        case .numbers(let known):
            let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: known.count)
            _ = memory.initialize(from: known)
            numbers = memory
        case .missing: numbers = nil
        }
        (self.place, firstCode, missing) = (place, category.firstCode, category.missingCode)
    }

    func code(of value: Double) -> Int32 {
        guard let numbers else { return FittedCategory.code(ofMissing: value) }
        return value.isFinite
            ? FittedCategory.code(of: value, in: UnsafeBufferPointer(numbers), firstCode: firstCode) : missing
    }
}

/// A category of texts.
private final class TextInput {
    let place: Int
    let missing: Int32
    let codes: TextCodes

    init?(_ category: FittedCategory, place: Int) {
        guard case .texts(let texts) = category.values else { return nil }
        (self.place, missing) = (place, category.missingCode)
        codes = TextCodes(texts, firstCode: Int32(category.firstCode))
    }
}

/// The codes of texts, found by their bytes.
private struct TextCodes {
    private let known: [String: Int32]
    private var slots: [Int32]
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    private let firstCode: Int32

    init(_ texts: [String], firstCode: Int32) {
        self.firstCode = firstCode
        known = Dictionary(zip(texts, firstCode...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
        var size = 16
        while size < texts.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (number, text) in texts.enumerated() {
            bytes.append(contentsOf: text.utf8)
            ends.append(bytes.count)
            var slot = Array(text.utf8).withUnsafeBufferPointer(Self.hash) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(number)
        }
    }

    /// The code of a text; 0 for one that training did not have.
    func code(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
        var slot = Self.hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if bytes[ends[number]..<ends[number + 1]].elementsEqual(text) { return firstCode + slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        // The same letters may be written as other code points.
        return text.allSatisfy { $0 < 0x80 } ? 0 : known[String(decoding: text, as: UTF8.self)] ?? 0
    }

    /// - Source: FNV-1a, Fowler, Noll & Vo
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & .max
    }
}
