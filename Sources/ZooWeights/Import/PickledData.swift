import Foundation

/// A pickle of another program as data: lists, texts, numbers, arrays of NumPy, and objects with their attributes. Nothing is called.
package indirect enum PickledData: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    case list([PickledData])
    case dictionary([(key: PickledData, value: PickledData)])
    /// Numbers of NumPy, row-major.
    case array(shape: [Int], [Double])
    /// An object of a class, with its attributes.
    case object(String, [String: PickledData])
    /// What it is made of is not known.
    case other

    /// Reads a file that `pickle.dump` wrote.
    ///
    /// - Throws: `ForeignFileError`, `WeightError`
    package init(contentsOf url: URL) throws {
        do {
            let bytes = try FileBytes(url)
            var cursor = ByteCursor(bytes, bytes.all, location: "pickle")
            self = try Self.read(&cursor)
        } catch let problem as ForeignError {
            throw ForeignFileError(path: url.path, problem: problem)
        }
    }

    static func read(_ cursor: inout ByteCursor) throws -> PickledData {
        let arena = PickleArena()
        let root = try PickleMachine.run(&cursor, arena: arena, keepsObjects: true)
        var reader = PickledDataReader(cursor.bytes)
        return try withExtendedLifetime(arena) { try reader.data(root, depth: 0) }
    }

    /// Whether bytes begin as a pickle of protocol 2 or later does.
    package static func isOne(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    }

    /// The attribute or the entry of a name.
    package subscript(_ name: String) -> PickledData? {
        switch self {
        case .object(_, let members): members[name]
        case .dictionary(let entries): entries.last { $0.key.text == name }?.value
        default: nil
        }
    }

    /// The text; nil for what is none.
    package var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The number; nil for what is none.
    package var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .array(let shape, let numbers) where shape.isEmpty: numbers.first
        default: nil
        }
    }

    /// The items; nil for what is no list.
    package var items: [PickledData]? { if case .list(let items) = self { items } else { nil } }
}

/// Turns what a pickle is made of into data.
private struct PickledDataReader {
    private let bytes: FileBytes
    /// A list may stand in many lists: what is written out is bounded by the file.
    private var room: Int

    init(_ bytes: FileBytes) { (self.bytes, room) = (bytes, 8 * bytes.count + 1000) }

    mutating func data(_ value: PickleValue, depth: Int) throws -> PickledData {
        room -= 1
        guard depth < 64, room >= 0 else {
            throw ForeignError.malformed(location: "pickle", reason: "it is nested too deeply, or repeats itself")
        }
        switch value {
        case .none: return .none
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .text(let value): return .text(value)
        case .items(let list): return .list(try list.items.map { try data($0, depth: depth + 1) })
        case .dictionary(let dictionary):
            return .dictionary(
                try dictionary.entries.map {
                    (try data($0.key, depth: depth + 1), try data($0.value, depth: depth + 1))
                }
            )
        case .object(let object):
            if let array = try array(object) { return array }
            return try members(object, depth)
        case .long, .bytes, .global, .storage, .tensor, .inert: return .other
        }
    }

    private mutating func members(_ object: PickleObject, _ depth: Int) throws -> PickledData {
        var name = object.name
        // The class of an object that an older protocol makes by a function is the first argument.
        if name.hasSuffix("._reconstructor"), case .global(.unknown(let type))? = object.arguments.first { name = type }
        var members: [String: PickledData] = [:]
        var states = [object.state].compactMap { $0 }
        if case .items(let pair)? = object.state { states = pair.items }
        for case .dictionary(let attributes) in states {
            for (key, value) in attributes.named { members[key] = try data(value, depth: depth + 1) }
        }
        return .object(name, members)
    }

    /// An array or a number of NumPy; nil for another object.
    private mutating func array(_ object: PickleObject) throws -> PickledData? {
        let name = object.name
        if name.hasSuffix("multiarray.scalar"), object.arguments.count == 2,
            case .bytes(let range) = object.arguments[1]
        {
            return try numbers(range, object.arguments[0], shape: [])
        }
        if name.hasSuffix("numeric._frombuffer"), object.arguments.count >= 3 {
            guard case .bytes(let range) = object.arguments[0], let shape = object.arguments[2].integers else {
                return nil
            }
            let isColumnMajor = object.arguments.count > 3 && object.arguments[3].text == "F" && shape.count > 1
            return isColumnMajor ? .other : try numbers(range, object.arguments[1], shape: shape)
        }
        if name.hasSuffix("multiarray._reconstruct"), let state = object.state?.items, state.count == 5 {
            guard let shape = state[1].integers, case .bytes(let range) = state[4] else { return .other }
            if case .boolean(true) = state[3], shape.count > 1 { return .other }
            return try numbers(range, state[2], shape: shape)
        }
        return nil
    }

    private mutating func numbers(_ range: Range<Int>, _ type: PickleValue, shape: [Int]) throws -> PickledData {
        guard case .object(let dtype) = type, dtype.name == "numpy.dtype", let code = dtype.arguments.first?.text,
            let type = Self.types[code], dtype.state?.items?.dropFirst().first?.text != ">"
        else { return .other }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, size >= 0 else {
                throw ForeignError.malformed(location: "pickle", reason: "sizes \(shape)")
            }
            count = product
        }
        guard count <= range.count, count * type.width == range.count else {
            throw ForeignError.malformed(location: "pickle", reason: "\(shape) numbers in \(range.count) bytes")
        }
        room -= range.count / 4
        guard room >= 0 else {
            throw ForeignError.malformed(location: "pickle", reason: "arrays show the same numbers over and over")
        }
        return .array(shape: shape, try type.values(bytes, range).doubles)
    }

    private static let types: [String: TorchType] = [
        "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
        "u1": .uint8, "b1": .boolean,
    ]
}

extension WeightValues {
    /// The numbers as `Double`.
    package var doubles: [Double] {
        switch self {
        case .float16(let values): values.map { Double($0) }
        case .float32(let values): values.map { Double($0) }
        case .float64(let values): values
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        }
    }
}
