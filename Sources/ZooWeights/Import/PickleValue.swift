/// What a pickle is made of, as far as lists of tensors go.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A whole number of more than 8 bytes, two's complement, little-endian.
    case long([UInt8])
    case real(Double)
    case text(String)
    /// Where they lie in the file.
    case bytes(Range<Int>)
    /// A list or a tuple.
    case items(PickleItems)
    case dictionary(PickleDictionary)
    case global(PickleGlobal)
    case storage(TorchStorage)
    case tensor(TorchTensor)
    /// What something would make that is not known here, and was not called: the random state of a program, its arguments, a
    /// number of NumPy's. It stands where it stands in the pickle, and matters only where a weight needs it.
    case inert(String)
    /// The same with what it would be made of, where a file is read as data.
    case object(PickleObject)

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }
    var items: [PickleValue]? { if case .items(let list) = self { list.items } else { nil } }

    /// The numbers of a list of whole numbers.
    var integers: [Int]? {
        guard let items else { return nil }
        let numbers = items.compactMap(\.integer)
        return numbers.count == items.count ? numbers : nil
    }
}

/// The items of a list or a tuple. A reference, as Python's are: what is in the memo may grow later.
final class PickleItems {
    var items: [PickleValue]
    init(_ items: [PickleValue]) { self.items = items }
}

/// The entries of a dictionary, in the order in which they came.
final class PickleDictionary {
    var entries: [(key: PickleValue, value: PickleValue)] = []

    /// What is under the names; of equal names the last counts.
    var named: [(name: String, value: PickleValue)] {
        var places: [String: Int] = [:]
        var found: [(name: String, value: PickleValue)] = []
        for (key, value) in entries {
            guard let name = key.text else { continue }
            if let place = places[name] {
                found[place].value = value
            } else {
                places[name] = found.count
                found.append((name, value))
            }
        }
        return found
    }
}

/// What a call of an unknown name would be made of. Nothing was called.
final class PickleObject {
    let name: String
    var arguments: [PickleValue]
    var state: PickleValue?
    init(_ name: String, _ arguments: [PickleValue]) { (self.name, self.arguments) = (name, arguments) }
}

/// Holds every container of a pickle, and empties them one by one at the end: a pickle may nest a million lists, or put one
/// into itself, and releasing those from the outside in would recurse.
final class PickleArena {
    private var lists: [PickleItems] = []
    private var dictionaries: [PickleDictionary] = []
    private var objects: [PickleObject] = []
    /// Bytes that a number takes, by the key of each storage that was named.
    private(set) var widths: [String: Int] = [:]

    func list(_ items: [PickleValue]) -> PickleValue {
        let list = PickleItems(items)
        lists.append(list)
        return .items(list)
    }

    func dictionary() -> PickleDictionary {
        let dictionary = PickleDictionary()
        dictionaries.append(dictionary)
        return dictionary
    }

    func object(_ name: String, _ arguments: [PickleValue]) -> PickleValue {
        let object = PickleObject(name, arguments)
        objects.append(object)
        return .object(object)
    }

    func note(_ storage: TorchStorage) {
        if widths[storage.key] == nil { widths[storage.key] = storage.type?.width ?? 1 }
    }

    deinit {
        for list in lists { list.items = [] }
        for dictionary in dictionaries { dictionary.entries = [] }
        for object in objects { (object.arguments, object.state) = ([], nil) }
    }
}

/// The functions and classes that a pickle of tensors names. Nothing of that name is called: each has its meaning here.
enum PickleGlobal: Equatable {
    case orderedDictionary
    /// `torch._utils._rebuild_tensor`, `_v2` and `_v3`: the position of the type in the arguments, where there is one.
    case tensor(typeAt: Int?)
    /// `torch._utils._rebuild_parameter` and `_with_state`.
    case parameter
    case size
    case device
    /// A class of storage, or a type of numbers; nil where bytes have no type of their own.
    case type(TorchType?)
    /// `torch._tensor._rebuild_from_type_v2`: a tensor of a class that is derived from Tensor.
    case derivedTensor
    /// Anything else, by its name.
    case unknown(String)

    /// What a pickle names.
    ///
    /// - Throws: `ForeignError.refused` for what no checkpoint of a training names: functions that run or open something
    init(module: String, name: String) throws {
        switch (module, name) {
        case ("collections", "OrderedDict"), ("collections", "Counter"), ("builtins", "dict"), ("__builtin__", "dict"):
            self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .tensor(typeAt: nil)
        case ("torch._utils", "_rebuild_tensor_v3"): self = .tensor(typeAt: 6)
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
            self = .parameter
        case ("torch._tensor", "_rebuild_from_type_v2"): self = .derivedTensor
        case ("torch", "Size"): self = .size
        case ("torch", "device"): self = .device
        case ("torch.storage", "UntypedStorage"), ("torch.storage", "_UntypedStorage"): self = .type(nil)
        case ("torch", _):
            let type = TorchType.allCases.first { $0.storage == name || $0.names.contains(name) }
            self = type.map { .type($0) } ?? .unknown("torch." + name)
        default:
            let parts = module.split(separator: ".").map(String.init)
            guard !Self.refusedModules.contains(parts.first ?? ""), !Self.refusedNames.contains(name) else {
                throw ForeignError.refused(global: module + "." + name)
            }
            self = .unknown(module + "." + name)
        }
    }

    /// Nothing is ever called. But who writes these into a file wants something run: such a file is not to be trusted at all.
    private static let refusedModules: Set<String> = [
        "os", "posix", "nt", "sys", "subprocess", "socket", "shutil", "runpy", "pty", "importlib", "ctypes",
        "webbrowser",
        "commands", "pickle", "_pickle", "marshal", "code", "codeop", "timeit", "pdb", "bdb", "multiprocessing",
        "asyncio",
        "http", "urllib", "requests", "ftplib", "smtplib", "pip", "venv", "platform", "signal", "threading", "tempfile",
        "operator", "functools",
    ]
    private static let refusedNames: Set<String> = [
        "eval", "exec", "execfile", "compile", "__import__", "open", "getattr", "setattr", "delattr", "globals",
        "locals",
        "input", "breakpoint", "system", "popen", "_load_from_bytes",
    ]
}
