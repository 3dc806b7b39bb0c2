import Foundation
import ZooEmbeddings
import ZooWeights

/// Models and vectors that stay loaded between questions, the least recently asked leaving first.
///
/// A thing is kept for as long as its state is the same: for a model the hash in the catalogue and the state of its file, for vectors
/// that of the database. Two threads must not ask at once, and `@unchecked` rests on that: in `zoo serve` each thread that
/// asks has its own, since models are not for several.
package final class KeptModels: @unchecked Sendable {
    private struct Entry {
        let state: [Int64]
        let bytes: Int
        let value: Any
    }
    private var entries: [[String]: Entry] = [:]
    /// The names of what is kept, the last asked last.
    private var order: [[String]] = []
    private let limit: Int

    /// Keeps up to so many bytes, as far as they are known, and always the last that was asked.
    package init(limit: Int = 1 << 30) { self.limit = limit }

    /// What is kept under a name in that state, else what `make` makes.
    func value<Value>(_ name: [String], state: [Int64], bytes: (Value) -> Int, make: () throws -> Value) rethrows
        -> Value
    {
        order.removeAll { $0 == name }
        if let entry = entries[name], entry.state == state, let value = entry.value as? Value {
            order.append(name)
            return value
        }
        entries[name] = nil
        let value = try make()
        entries[name] = Entry(state: state, bytes: bytes(value), value: value)
        order.append(name)
        var sum = entries.values.reduce(0) { $0 + $1.bytes }
        while sum > limit, order.count > 1 { sum -= entries.removeValue(forKey: order.removeFirst())?.bytes ?? 0 }
        return value
    }
}

extension URL {
    /// Numbers that are others when the file was written again; none where there is no file.
    var fileState: [Int64] {
        var state = stat()
        guard stat(path, &state) == 0 else { return [] }
        return [Int64(state.st_ino), Int64(state.st_size), Int64(state.st_mtim.tv_sec), Int64(state.st_mtim.tv_nsec)]
    }
}
