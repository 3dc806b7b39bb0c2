/// Reads a pickle of tensors: a machine that knows the operations that such a pickle needs, and calls nothing. What a name
/// that is not on its list would make becomes an inert value.
///
/// Memory follows the pickle's length: an operation makes at most one value, but for copies, which are counted as well.
/// - Source: Python's `Lib/pickletools.py`, which describes the operations of protocols 0 to 5
struct PickleMachine {
    private var cursor: ByteCursor
    private let arena: PickleArena
    /// Whether what an unknown name would make is kept with its arguments and its state, as data.
    private let keepsObjects: Bool
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var copies = 0
    /// A network has thousands of tensors at most, a tensor some fifty operations.
    private static let mostOperations = 4_000_000

    /// Runs a pickle that begins at the cursor, which is afterwards behind it.
    ///
    /// - Parameter arena: holds the containers of the result: what is read of them is read while it lives
    /// - Parameter keepsObjects: whether what an unknown name would make is kept as data, not only by its name
    static func run(
        _ cursor: inout ByteCursor, arena: PickleArena, keepsObjects: Bool = false
    ) throws -> PickleValue {
        var machine = PickleMachine(cursor: cursor, arena: arena, keepsObjects: keepsObjects)
        for _ in 0..<mostOperations {
            if let result = try machine.step() {
                cursor = machine.cursor
                return result
            }
        }
        throw machine.malformed("more than \(mostOperations) operations")
    }

    private init(cursor: ByteCursor, arena: PickleArena, keepsObjects: Bool) {
        (self.cursor, self.arena, self.keepsObjects) = (cursor, arena, keepsObjects)
    }

    private func malformed(_ reason: String) -> ForeignError { .malformed(location: cursor.location, reason: reason) }

    /// One operation.
    ///
    /// - Returns: the pickle's value at its end
    private mutating func step() throws -> PickleValue? {
        let code = try cursor.byte()
        switch code {
        case UInt8(ascii: "."): return try pop()
        case 0x80:
            guard try cursor.byte() <= 5 else { throw malformed("a newer protocol than 5") }
        case 0x95: try cursor.skip(8)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): stack.append(try top())
        default:
            if try pushConstant(code) || pushText(code) || build(code) || remember(code) || name(code) { return nil }
            throw ForeignError.unsupported(
                reason: "its pickle has the operation 0x\(String(code, radix: 16)), which no list of tensors needs")
        }
        return nil
    }

    private func top() throws -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("nothing to take") }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw malformed("no mark to go back to") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }
}

// Constants.
extension PickleMachine {
    private mutating func pushConstant(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.boolean(true))
        case 0x89: stack.append(.boolean(false))
        case UInt8(ascii: "J"): stack.append(.integer(try cursor.signed(4)))
        case UInt8(ascii: "K"): stack.append(.integer(try cursor.unsigned(1)))
        case UInt8(ascii: "M"): stack.append(.integer(try cursor.unsigned(2)))
        case UInt8(ascii: "I"), UInt8(ascii: "L"): stack.append(try number(cursor.line()))
        case 0x8A: stack.append(try long(cursor.unsigned(1)))
        case 0x8B: stack.append(try long(cursor.unsigned(4)))
        case UInt8(ascii: "F"):
            guard let real = Double(try cursor.line()) else { throw malformed("not a number where one is needed") }
            stack.append(.real(real))
        case UInt8(ascii: "G"):
            let bits = try cursor.piece(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            stack.append(.real(Double(bitPattern: bits)))
        default: return false
        }
        return true
    }

    private func number(_ line: String) throws -> PickleValue {
        switch line {
        case "00": return .boolean(false)
        case "01": return .boolean(true)
        default:
            guard let number = Int(line.hasSuffix("L") ? String(line.dropLast()) : line) else {
                throw malformed("not a number where one is needed")
            }
            return .integer(number)
        }
    }

    private mutating func long(_ count: Int) throws -> PickleValue {
        count <= 8 ? .integer(try cursor.signed(count)) : .long(Array(try cursor.piece(count)))
    }

    private mutating func pushText(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.text(try cursor.text(cursor.unsigned(4))))
        case 0x8C, UInt8(ascii: "U"): stack.append(.text(try cursor.text(cursor.unsigned(1))))
        case 0x8D: stack.append(.text(try cursor.text(cursor.unsigned(8))))
        case UInt8(ascii: "V"): stack.append(.text(try cursor.line()))
        case UInt8(ascii: "S"):
            let line = try cursor.line()
            guard line.count >= 2, let quote = line.first, quote == line.last, quote == "'" || quote == "\"" else {
                throw malformed("a text without quotes")
            }
            stack.append(.text(String(line.dropFirst().dropLast())))
        case 0x96: try pushBytes(8)
        case UInt8(ascii: "C"): try pushBytes(1)
        case UInt8(ascii: "B"): try pushBytes(4)
        case 0x8E: try pushBytes(8)
        default: return false
        }
        return true
    }

    private mutating func pushBytes(_ width: Int) throws {
        stack.append(.bytes(try cursor.take(cursor.unsigned(width))))
    }
}

// Containers and the memo.
extension PickleMachine {
    private mutating func build(_ code: UInt8) throws -> Bool {
        switch code {
        // A set is as good as a list here.
        case UInt8(ascii: ")"), UInt8(ascii: "]"), 0x8F: stack.append(arena.list([]))
        case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91: stack.append(arena.list(try popToMark()))
        case 0x85, 0x86, 0x87:
            let items = try (0..<Int(code) - 0x84).map { _ in try pop() }
            stack.append(arena.list(items.reversed()))
        case UInt8(ascii: "a"):
            let item = try pop()
            try append([item])
        case UInt8(ascii: "e"), 0x90:
            let items = try popToMark()
            try append(items)
        case UInt8(ascii: "}"): stack.append(.dictionary(arena.dictionary()))
        case UInt8(ascii: "d"):
            let items = try popToMark()
            stack.append(.dictionary(arena.dictionary()))
            try set(items)
        case UInt8(ascii: "s"):
            let value = try pop()
            let key = try pop()
            try set([key, value])
        case UInt8(ascii: "u"):
            let items = try popToMark()
            try set(items)
        default: return false
        }
        return true
    }

    private func append(_ items: [PickleValue]) throws {
        switch try top() {
        case .items(let list): list.items += items
        case .inert, .object: break
        default: throw malformed("an item without a list")
        }
    }

    private func set(_ items: [PickleValue]) throws {
        switch try top() {
        case .inert, .object: if items.count % 2 == 0 { return }
        default: break
        }
        guard items.count % 2 == 0, case .dictionary(let dictionary) = try top() else {
            throw malformed("an entry without a dictionary")
        }
        for index in stride(from: 0, to: items.count, by: 2) {
            dictionary.entries.append((key: items[index], value: items[index + 1]))
        }
    }

    private mutating func remember(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "q"): memo[try cursor.unsigned(1)] = try top()
        case UInt8(ascii: "r"): memo[try cursor.unsigned(4)] = try top()
        case UInt8(ascii: "p"): memo[try index()] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "h"): try recall(cursor.unsigned(1))
        case UInt8(ascii: "j"): try recall(cursor.unsigned(4))
        case UInt8(ascii: "g"): try recall(index())
        default: return false
        }
        return true
    }

    private mutating func index() throws -> Int {
        guard let index = Int(try cursor.line()), index >= 0 else { throw malformed("no place in the memo") }
        return index
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memo[index] else { throw malformed("nothing was put under \(index)") }
        stack.append(value)
    }
}

// Names, and what stands for a call.
extension PickleMachine {
    private mutating func name(_ code: UInt8) throws -> Bool {
        switch code {
        case UInt8(ascii: "c"): stack.append(.global(try global()))
        case 0x93:
            let name = try pop()
            guard let name = name.text, let module = try pop().text else { throw malformed("a name that is not text") }
            stack.append(.global(try PickleGlobal(module: module, name: name)))
        case UInt8(ascii: "i"):
            let global = try global()
            try call(.global(global), popToMark())
        case UInt8(ascii: "o"):
            let items = try popToMark()
            guard let function = items.first else { throw malformed("a call of nothing") }
            try call(function, Array(items.dropFirst()))
        case UInt8(ascii: "R"), 0x81:
            guard let arguments = try pop().items else { throw malformed("a call without arguments") }
            try call(pop(), arguments)
        case 0x92:
            _ = try pop()
            guard let arguments = try pop().items else { throw malformed("a call without arguments") }
            try call(pop(), arguments)
        case UInt8(ascii: "b"): try dropState()
        case UInt8(ascii: "Q"):
            let identifier = try pop()
            if let parts = identifier.items, parts.count > 1, case .global(.unknown(let name)) = parts[1] {
                stack.append(.inert(name))
                break
            }
            let storage = try storage(identifier)
            arena.note(storage)
            stack.append(.storage(storage))
        case 0x82: throw ForeignError.refused(global: "extension \(try cursor.unsigned(1))")
        case 0x83: throw ForeignError.refused(global: "extension \(try cursor.unsigned(2))")
        case 0x84: throw ForeignError.refused(global: "extension \(try cursor.unsigned(4))")
        default: return false
        }
        return true
    }

    private mutating func global() throws -> PickleGlobal {
        let module = try cursor.line()
        return try PickleGlobal(module: module, name: cursor.line())
    }

    private mutating func call(_ function: PickleValue, _ arguments: [PickleValue]) throws {
        if case .inert(let name) = function { return stack.append(.inert(name)) }
        if case .object(let object) = function { return stack.append(arena.object(object.name, arguments)) }
        guard case .global(let global) = function else { throw malformed("it calls what is not a function") }
        switch global {
        case .orderedDictionary:
            let dictionary = arena.dictionary()
            if case .dictionary(let copied)? = arguments.first {
                copies += copied.entries.count
                guard copies <= Self.mostOperations else { throw malformed("it copies a list over and over") }
                dictionary.entries = copied.entries
            }
            let pairs = arguments.first?.items ?? []
            copies += pairs.count
            guard copies <= Self.mostOperations else { throw malformed("it copies a list over and over") }
            for pair in pairs {
                guard let pair = pair.items, pair.count == 2 else { throw malformed("a dictionary of no pairs") }
                dictionary.entries.append((key: pair[0], value: pair[1]))
            }
            stack.append(.dictionary(dictionary))
        case .tensor(let typeAt):
            if case .inert(let name)? = arguments.first { return stack.append(.inert(name)) }
            stack.append(.tensor(try TorchTensor(arguments: arguments, typeAt: typeAt)))
        case .derivedTensor:
            guard arguments.count >= 3, case .global(.tensor) = arguments[0], let inner = arguments[2].items else {
                return stack.append(.inert("torch._tensor._rebuild_from_type_v2"))
            }
            try call(arguments[0], inner)
        case .parameter:
            switch arguments.first {
            case .tensor?, .inert?: stack.append(arguments[0])
            default: throw malformed("a parameter without a tensor")
            }
        case .size: stack.append(arguments.first ?? arena.list([]))
        case .device: stack.append(.inert("torch.device"))
        case .unknown("collections.defaultdict"): stack.append(.dictionary(arena.dictionary()))
        case .unknown("builtins.set"), .unknown("builtins.frozenset"), .unknown("__builtin__.set"),
            .unknown("__builtin__.frozenset"):
            stack.append(arguments.first ?? arena.list([]))
        case .unknown(let name) where keepsObjects: stack.append(arena.object(name, arguments))
        case .unknown(let name): stack.append(.inert(name))
        case .type: throw malformed("it calls a type of numbers")
        }
    }

    /// What Python would put into an object's attributes: those of a state dict (versions of layers) do not matter.
    private mutating func dropState() throws {
        let state = try pop()
        switch try top() {
        case .object(let object): object.state = state
        case .dictionary, .inert, .items, .tensor: break
        default: throw malformed("it changes what is not a dictionary")
        }
    }

    /// `('storage', class, key, location, count[, view])`: how PyTorch names what lies outside of the pickle.
    private func storage(_ identifier: PickleValue) throws -> TorchStorage {
        guard let parts = identifier.items, parts.count >= 5, parts[0].text == "storage",
            case .global(.type(let type)) = parts[1], let key = parts[2].text, let count = parts[4].integer, count >= 0
        else { throw malformed("what lies outside of the pickle is not a storage") }
        guard parts.count > 5, let view = parts[5].items else {
            return TorchStorage(type: type, key: key, count: count, start: 0)
        }
        guard view.count == 3, let start = view[1].integer, let length = view[2].integer, start >= 0, length >= 0 else {
            throw malformed("a view of a storage without its place")
        }
        return TorchStorage(type: type, key: key, count: length, start: start)
    }
}
