import ZooHash
import ZooRecords

/// Ratings that were checked and are ready to be stored: sorted by user, then item, each pair once.
struct RatingTable {
    var userKeys: [String]
    var itemKeys: [String]
    var itemTitles: [String]
    let rows: RowSpool<SortedRating>
    /// Whether times are known.
    let hasTimes: Bool
    /// The least and greatest rating possible.
    var scale: ClosedRange<Double>
    /// What a rating says.
    var feedback = Feedback.ratings

    /// SHA-256 of the contents; names of data sets and splits are not part of it.
    ///
    /// - Throws: `DataError.notWritten` where temporary files cannot be read back
    func fingerprint() throws -> String {
        var hash = SHA256()
        let times = hasTimes ? rows.count : 0
        hash.update("zoo-ratings-1\n\(userKeys.count) \(itemKeys.count) \(rows.count) \(times)\n")
        hash.update(userKeys.joined(separator: "\n") + "\n")
        hash.update(zip(itemKeys, itemTitles).map { $0 + "\t" + $1 + "\n" }.joined())
        func update<Value>(_ column: (SortedRating) -> Value) throws {
            try rows.forEachBlock { block in block.map(column).withUnsafeBytes { hash.update($0) } }
        }
        try update(\.user)
        try update(\.item)
        try update(\.rating)
        if hasTimes { try update(\.time) }
        return hash.hexadecimal()
    }

    /// Where the rating of an item by a user stands.
    func places() throws -> RatingPlaces { RatingPlaces(users: userKeys.count, try rows.all()) }
}

/// A rating of a sorted table.
struct SortedRating: BitwiseCopyable {
    var user: Int32
    var item: Int32
    var rating: Double
    /// Seconds since 1970, or `StoredInteractions.withoutTime`.
    var time: Int64
}

/// Finds ratings of a sorted table by user and item.
struct RatingPlaces {
    /// Where the ratings of a user begin; one more than there are users.
    private var starts: [Int]
    private let items: [Int32]

    init(users: Int, _ rows: [SortedRating]) {
        starts = [Int](repeating: 0, count: users + 1)
        for row in rows { starts[Int(row.user) + 1] += 1 }
        for user in 0..<users { starts[user + 1] += starts[user] }
        items = rows.map(\.item)
    }

    /// The position of the rating of `item` by `user`, or nil.
    func position(user: Int32, item: Int32) -> Int? {
        var (low, high) = (starts[Int(user)], starts[Int(user) + 1])
        while low < high {
            let middle = (low + high) / 2
            if items[middle] < item { low = middle + 1 } else { high = middle }
        }
        return low < starts[Int(user) + 1] && items[low] == item ? low : nil
    }
}

/// A named way to divide the ratings of a data set.
struct SplitTable: Sendable {
    /// How it is asked for: `u1`.
    let name: String
    /// One byte a rating, in the order of the ratings.
    let parts: [UInt8]

    /// How many ratings are in `part`.
    func count(_ part: DataPart) -> Int { parts.reduce(0) { $0 + ($1 == part.mark ? 1 : 0) } }
}

extension DataPart {
    /// The byte of a rating of this part in a stored split; 0 is that of one in neither part.
    package var mark: UInt8 { self == .train ? 1 : 2 }
}
