import ZooKernels
import ZooRecords

/// Answers for one row after the other, as a function of SQL is asked: the answers are those of `TabularModel.predict` up to the last
/// digits, which the order of the sums decides.
package final class RowPredictor {
    /// The model.
    package let model: TabularModel
    /// The columns that a row has, the target left out.
    package let columns: [TableColumn]
    private let inputs: [RowInput]
    private let networks: [RowNetwork]
    private var codes: [Int32]
    private var values: [Float]
    private let result: FloatBuffer

    /// - Throws: `TabularError.invalid` for a model that looks at other rows, too
    package init(_ model: TabularModel) throws {
        let features = model.features
        guard features.ordered == nil else {
            throw TabularError.invalid(
                "it looks at earlier rows (lags, means or events), and a function sees one: use 'zoo predict'")
        }
        self.model = model
        columns = features.columns.filter { $0.name != features.target.column }
        inputs = columns.map { RowInput($0, features) }
        networks = model.folded.map(RowNetwork.init)
        codes = Array(repeating: 0, count: features.categories.count)
        values = Array(repeating: 0, count: features.continuous.count)
        result = FloatBuffer(model.architecture.outputs)
    }

    /// Sets the value of a column; NaN is a missing one. A date is a number as `ColumnKind.number(parsing:)` gives it.
    package func set(_ column: Int, _ number: Double) { inputs[column].set(number, &codes, &values) }

    /// Sets the value of a column of texts.
    package func set(_ column: Int, _ text: UnsafeBufferPointer<UInt8>) {
        inputs[column].set(text, &codes, &values)
    }

    /// The answer for the row whose columns were set, where the target is a number.
    package func number(_ target: FittedTarget.FittedNumber) -> Double {
        answer { model.number($0[0], target, model.answer) }
    }

    /// The probabilities of the classes for the row whose columns were set.
    ///
    /// - Parameter body: is lent as many as there are classes
    package func probabilities<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R { answer(body) }

    private func answer<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R {
        func apply(_ network: Int, _ isLogarithm: Bool, _ out: UnsafeMutablePointer<Float>) {
            codes.withUnsafeBufferPointer { codes in
                values.withUnsafeBufferPointer { networks[network].apply(codes: codes, values: $0, into: out) }
            }
            model.folded[network].finish(out, rows: 1, isLogarithm)
        }
        guard networks.count == 1, model.architecture.outputs == 1 || model.calibration.temperature == nil else {
            return model.outputs(rows: 1, apply, body)
        }
        apply(0, false, result.address)
        return body(result.address)
    }
}

/// What a column of a row goes into: categories, continuous inputs, and of a date its parts.
private final class RowInput {
    private let categories: [(place: Int, category: FittedCategory, texts: TextCodes?)]
    private let continuous: [(place: Int, input: FittedContinuous)]
    private let parts: [(part: DatePart, input: RowInput)]
    private let hasClock: Bool
    /// The last date, whose parts are set still.
    private var known: Double?

    convenience init(_ column: TableColumn, _ features: FittedFeatures) {
        let isDate = features.dates.contains(column.name)
        self.init(
            column.name, features,
            parts: isDate
                ? DatePart.allCases.map { ($0, RowInput($0.name(of: column.name), features, parts: [])) }
                    .filter { !$0.1.isEmpty } : [], hasClock: column.clock != nil)
    }

    private init(
        _ name: String, _ features: FittedFeatures, parts: [(DatePart, RowInput)], hasClock: Bool = false
    ) {
        categories = features.categories.enumerated().filter { $1.column == name }.map { place, category in
            guard case .texts(let texts) = category.values else { return (place, category, nil) }
            return (place, category, TextCodes(texts, firstCode: Int32(category.firstCode)))
        }
        continuous = features.continuous.enumerated().filter { $1.column == name }.map { ($0, $1) }
        self.parts = parts
        self.hasClock = hasClock
    }

    private var isEmpty: Bool { categories.isEmpty && continuous.isEmpty }

    func set(_ number: Double, _ codes: inout [Int32], _ values: inout [Float]) {
        for (place, category, texts) in categories {
            if let code = category.code(of: number) {
                codes[place] = code
            } else if number.isNaN {
                codes[place] = category.hasMissing ? 1 : 0
            } else {
                var text = NumberLabel.text(number)
                codes[place] = text.withUTF8 { texts?.code($0) ?? 0 }
            }
        }
        for (place, input) in continuous { values[place] = input.input(number) }
        guard !parts.isEmpty, known != number else { return }
        known = number
        let moment = hasClock ? Moment(number: number) : Moment(clock: number, offset: 0)
        let date = number.isFinite ? CivilDate(secondsSince1970: moment.clock) : nil
        for (part, input) in parts {
            input.set(date.map { part.value(of: $0, instant: moment.instant) } ?? .nan, &codes, &values)
        }
    }

    func set(_ text: UnsafeBufferPointer<UInt8>, _ codes: inout [Int32], _ values: inout [Float]) {
        var number: Double { Double(String(decoding: text, as: UTF8.self)) ?? .nan }
        for (place, category, texts) in categories {
            codes[place] = texts?.code(text) ?? category.code(of: number) ?? 0
        }
        for (place, input) in continuous { values[place] = input.input(number) }
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
