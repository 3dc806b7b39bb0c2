import CHDF5
import Synchronization

/// The process's one HDF5 library, which must never be entered twice at a time.
///
/// HDF5 keeps its identifiers, property lists and error stack in process-wide state, so the lock is process-wide as well.
enum HDF5Library {
    private static let lock = Mutex<Bool>(false)

    /// Runs `body` as the only user of HDF5. Not reentrant.
    static func locked<R: Sendable>(_ body: () throws -> R) throws -> R {
        try lock.withLock { isPrepared in
            if !isPrepared {
                guard H5open() >= 0 else { throw WeightError.malformed(location: "HDF5", reason: "cannot be started") }
                isPrepared = true
            }
            // The handler belongs to the calling thread's error stack in thread-safe builds: set it every time.
            H5Eset_auto2(zoo_h5e_default(), nil, nil)
            return try body()
        }
    }

    /// Passes on an identifier or a count that is not negative.
    ///
    /// - Throws: `WeightError.malformed` with HDF5's own innermost message, `.unknownHere` for what only a newer one knows
    @discardableResult
    static func check<I: SignedInteger>(_ result: I, _ location: String) throws -> I {
        guard result < 0 else { return result }
        let reason = takeError()
        // Of a datatype, a layout, a superblock and so on.
        guard reason.hasPrefix("bad version number") || reason.hasPrefix("bad superblock version") else {
            throw WeightError.malformed(location: location, reason: reason)
        }
        throw WeightError.unknownHere(
            location: location,
            reason:
                "\(reason): it was written for a newer HDF5 than the \(H5_VERS_MAJOR).\(H5_VERS_MINOR) here, or is damaged; "
                + "h5py writes what all can read without libver")
    }

    private static func takeError() -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 200) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            zoo_h5_take_error(base)
            let text = String(cString: base)
            return text.isEmpty ? "HDF5 gives no reason" : text
        }
    }
}

/// An open HDF5 identifier, closed at the end of its life. Lives only inside `HDF5Library.locked`.
struct HDF5Object: ~Copyable {
    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes over `id`, which a call just gave.
    ///
    /// - Throws: `WeightError.malformed` if it is negative
    init(_ id: hid_t, _ location: String, closedBy close: @escaping (hid_t) -> herr_t) throws {
        self.id = try HDF5Library.check(id, location)
        self.close = close
    }

    deinit { _ = close(id) }
}
