/// The types of PyTorch's numbers that can be read.
enum TorchType: CaseIterable {
    case float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8, boolean

    /// Bytes a number takes.
    var width: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .boolean: 1
        }
    }

    /// The class of its storages.
    var storage: String {
        switch self {
        case .float64: "DoubleStorage"
        case .float32: "FloatStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .int64: "LongStorage"
        case .int32: "IntStorage"
        case .int16: "ShortStorage"
        case .int8: "CharStorage"
        case .uint8: "ByteStorage"
        case .boolean: "BoolStorage"
        }
    }

    /// What PyTorch calls it.
    var names: [String] {
        switch self {
        case .float64: ["float64", "double"]
        case .float32: ["float32", "float"]
        case .float16: ["float16", "half"]
        case .bfloat16: ["bfloat16"]
        case .int64: ["int64", "long"]
        case .int32: ["int32", "int"]
        case .int16: ["int16", "short"]
        case .int8: ["int8"]
        case .uint8: ["uint8"]
        case .boolean: ["bool"]
        }
    }

    /// What its numbers are here.
    var weightType: WeightType {
        switch self {
        case .float64: .float64
        case .float32, .bfloat16: .float32
        case .float16: .float16
        case .int64: .int64
        case .int32, .int16, .int8, .uint8, .boolean: .int32
        }
    }

    /// Numbers of this type, little-endian and one after the other.
    ///
    /// - Throws: `WeightError.unreadable`
    func values(_ bytes: FileBytes, _ range: Range<Int>) throws -> WeightValues {
        switch self {
        case .float64: .float64(try numbers(bytes, range))
        case .float32: .float32(try numbers(bytes, range))
        case .float16: .float16(try numbers(bytes, range))
        case .bfloat16:
            .float32(try numbers(bytes, range).map { (half: UInt16) in Float(bitPattern: UInt32(half) << 16) })
        case .int64: .int64(try numbers(bytes, range))
        case .int32: .int32(try numbers(bytes, range))
        case .int16: .int32(try numbers(bytes, range).map { (number: Int16) in Int32(number) })
        case .int8: .int32(try numbers(bytes, range).map { (number: Int8) in Int32(number) })
        case .uint8: .int32(try bytes.read(range).map { Int32($0) })
        case .boolean: .int32(try bytes.read(range).map { $0 == 0 ? 0 : 1 })
        }
    }

    private func numbers<N: BitwiseCopyable>(_ bytes: FileBytes, _ range: Range<Int>) throws -> [N] {
        let count = range.count / MemoryLayout<N>.stride
        return try [N](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableRawBufferPointer(buffer)[..<(count * MemoryLayout<N>.stride)]
            try bytes.read(into: UnsafeMutableRawBufferPointer(rebasing: target), from: range.lowerBound)
            initialized = count
        }
    }
}

/// Numbers that lie one after the other in a file, named by a key.
struct TorchStorage {
    /// nil where bytes have no type of their own.
    let type: TorchType?
    let key: String
    /// How many numbers, or bytes, the pickle says there are.
    let count: Int
    /// Where in the storage of that key it begins; not 0 only in very old files.
    let start: Int
}

/// A view of a storage.
struct TorchTensor {
    let storage: TorchStorage
    let type: TorchType
    let offset: Int
    let shape: [Int]
    let strides: [Int]

    /// Reads the arguments of `torch._utils._rebuild_tensor…`.
    init(arguments: [PickleValue], typeAt index: Int?) throws {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], let offset = arguments[1].integer,
            let shape = arguments[2].integers, let strides = arguments[3].integers, shape.count == strides.count,
            shape.count <= 32, offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { throw ForeignError.malformed(location: "pickle", reason: "a tensor has no storage, shape or strides") }
        for case .dictionary(let notes) in arguments.dropFirst(6) {
            for (name, value) in notes.named {
                if ["neg", "conj"].contains(name), case .boolean(true) = value {
                    throw ForeignError.unsupported(
                        reason: "a tensor is a view of others with another sign ('\(name)'): save it as .clone()")
                }
            }
        }
        var type = storage.type
        if let index, arguments.count > index, case .global(.type(let given?)) = arguments[index] { type = given }
        guard let type else {
            throw ForeignError.malformed(location: "pickle", reason: "a tensor's numbers have no type")
        }
        (self.storage, self.type, self.offset) = (storage, type, offset)
        self.shape = shape
        // Along an axis of one there is nowhere to go, whatever the file says.
        self.strides = zip(shape, strides).map { $0 == 1 ? 0 : $1 }
    }

    /// The number of elements; nil for more than any file holds.
    var count: Int? {
        var product = 1
        for size in shape where size != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow, next < 1 << 48 else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// The tensor, whose numbers lie in the bytes of its storage and are read when they are asked for, row-major.
    ///
    /// - Throws: `ForeignError.malformed` for a view that leaves its storage, or that repeats its numbers
    func entry(named name: String, in bytes: FileBytes, _ range: Range<Int>) throws -> WeightEntry {
        func refuse(_ reason: String) -> ForeignError { .malformed(location: name, reason: reason) }
        guard let count else { throw refuse("its sizes \(shape) overflow") }
        let available = range.count / type.width
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowed) = last.addingReportingOverflow(step)
            guard !overflow, !overflowed else { throw refuse("its strides overflow") }
            last = sum
        }
        guard count == 0 || last < available else {
            throw refuse("element \(last) of a storage of \(available): the file is cut short")
        }
        guard count <= available else { throw refuse("\(count) numbers of a storage of \(available)") }
        let place = range.lowerBound
        let used = count == 0 ? 0..<0 : place + offset * type.width..<place + (last + 1) * type.width
        return WeightEntry(path: name, shape: shape, type: type.weightType) {
            if count == 0 || isContiguous { return try type.values(bytes, used) }
            let elements = FileBytes(gathered(try bytes.read(used), count))
            return try type.values(elements, elements.all)
        }
    }

    private var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            guard stride == expected else { return false }
            expected *= size
        }
        return true
    }

    /// The elements in their order, from the bytes between the first and the last of them.
    private func gathered(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count * type.width)
        var index = [Int](repeating: 0, count: shape.count)
        var position = 0
        for _ in 0..<count {
            let first = position * type.width
            result.append(contentsOf: bytes[first..<first + type.width])
            for axis in shape.indices.reversed() {
                index[axis] += 1
                position += strides[axis]
                if index[axis] < shape[axis] { break }
                position -= strides[axis] * shape[axis]
                index[axis] = 0
            }
        }
        return result
    }
}
