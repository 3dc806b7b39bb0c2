/// How a file of vectors is to be read.
package struct VectorFileOptions: Sendable {
    /// How many numbers a vector has; nil to find out.
    package var width: Int?
    /// At most so many vectors are read, the first of the file; nil for all.
    package var limit: Int?
    /// Whether entries that cannot be read are left out; else the first ends the reading.
    package var skipsBadEntries = false
    /// Whether of entries of one key the first is taken; else the second ends the reading.
    package var keepsFirstOfKey = false
    /// The most bytes of a key.
    package static let mostKeyBytes = 10_000

    /// Every vector, no fault forgiven.
    package init() {}
}

/// The entries of a file as they come: checked, counted, and put in a row.
struct VectorCollector {
    let path: String
    let options: VectorFileOptions
    private(set) var keys: [String] = []
    private(set) var vectors: [Float] = []
    private(set) var skipped: [String] = []
    private(set) var repeated = 0
    var doubtfulKeys = 0
    private var places: [ExactText: Int] = [:]

    init(path: String, options: VectorFileOptions) { (self.path, self.options) = (path, options) }

    /// Whether as many as were asked for are there.
    var isFull: Bool { options.limit.map { keys.count >= $0 } ?? false }

    mutating func reserve(_ count: Int, width: Int) {
        let count = min(count, options.limit ?? count)
        keys.reserveCapacity(count)
        vectors.reserveCapacity(count * width)
    }

    /// Takes an entry, whose numbers `append` adds to the row; it returns a reason where they are not as they must be.
    ///
    /// - Throws: `VectorFileError.badEntry`, but for what is to be left out
    mutating func add(
        key bytes: UnsafeBufferPointer<UInt8>, at place: @autoclosure () -> String, _ append: (inout [Float]) -> String?
    ) throws {
        let count = vectors.count
        if let reason = append(&vectors) ?? unfit(bytes) {
            vectors.removeLast(vectors.count - count)
            guard options.skipsBadEntries else {
                throw VectorFileError.badEntry(
                    path: path, place: place(), reason: reason + "; --skip-bad-rows leaves it out")
            }
            skipped.append("\(place()): \(reason)")
            return
        }
        let key = String(decoding: bytes, as: UTF8.self)
        guard let first = places[ExactText(key)] else {
            places[ExactText(key)] = keys.count
            keys.append(key)
            return
        }
        vectors.removeLast(vectors.count - count)
        guard options.keepsFirstOfKey else {
            throw VectorFileError.badEntry(
                path: path, place: place(),
                reason: "'\(key.prefix(100))' is there already, as entry \(first + 1); --repeats first takes the first")
        }
        repeated += 1
    }

    private func unfit(_ key: UnsafeBufferPointer<UInt8>) -> String? {
        if key.isEmpty { return "its key is empty" }
        if key.count > VectorFileOptions.mostKeyBytes {
            return "its key has \(key.count) bytes, and at most \(VectorFileOptions.mostKeyBytes) are taken"
        }
        return String(validating: key, as: UTF8.self) == nil ? "its key is not UTF-8" : nil
    }
}
