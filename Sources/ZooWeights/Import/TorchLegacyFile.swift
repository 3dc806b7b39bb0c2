/// The form of PyTorch's files before version 1.6: five pickles, then the storages one after the other.
///
/// - Source: `torch/serialization.py`, `_legacy_load`
struct TorchLegacyFile {
    /// 0x1950a86a20f9469cfc6c, which begins every such file.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let root: PickleValue
    private let arena: PickleArena
    private let keys: [String]
    private let storages: ByteCursor

    /// Whether the first bytes are those of such a file.
    static func isOne(_ head: [UInt8]) -> Bool { head.starts(with: [0x80, 0x02, 0x8A, 0x0A] + magic) }

    init(_ bytes: FileBytes) throws {
        let arena = PickleArena()
        var cursor = ByteCursor(bytes, bytes.all, location: "pickle")
        func refuse(_ reason: String) -> ForeignError { .malformed(location: "start of the file", reason: reason) }
        guard case .long(Self.magic) = try PickleMachine.run(&cursor, arena: arena) else {
            throw refuse("PyTorch's number is missing")
        }
        guard try PickleMachine.run(&cursor, arena: arena).integer == 1001 else { throw refuse("another version") }
        guard case .dictionary(let system) = try PickleMachine.run(&cursor, arena: arena) else {
            throw refuse("nothing is said of the machine")
        }
        if case .boolean(false)? = system.named.first(where: { $0.name == "little_endian" })?.value {
            throw ForeignError.unsupported(
                reason: "its numbers are big-endian: save it again on a little-endian machine")
        }
        root = try PickleMachine.run(&cursor, arena: arena)
        guard let keys = try PickleMachine.run(&cursor, arena: arena).items?.map(\.text), !keys.contains(nil) else {
            throw ForeignError.malformed(location: "list of storages", reason: "it is not a list of names")
        }
        self.keys = keys.compactMap { $0 }
        storages = cursor
        self.arena = arena
    }

    /// Where each storage's numbers lie. Only the pickle knows how wide they are.
    func ranges() throws -> [String: Range<Int>] {
        var cursor = storages
        var found: [String: Range<Int>] = [:]
        for key in keys {
            guard let width = arena.widths[key] else {
                throw ForeignError.malformed(
                    location: "storage \(key)", reason: "nothing says how wide its numbers are")
            }
            let (bytes, overflow) = try cursor.unsigned(8).multipliedReportingOverflow(by: width)
            guard !overflow, bytes <= cursor.rest else {
                throw ForeignError.malformed(location: "storage \(key)", reason: "the file is cut short")
            }
            found[key] = try cursor.take(bytes)
        }
        return found
    }
}
