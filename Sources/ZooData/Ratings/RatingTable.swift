import Foundation
import ZooHash
import ZooRecords

/// Ratings that were checked and are ready to be stored: sorted by user, then item, each pair once.
struct RatingTable: Sendable {
    var userKeys: [String]
    var itemKeys: [String]
    var itemTitles: [String]
    var users: [Int32]
    var items: [Int32]
    var ratings: [Double]
    /// Empty if there are none.
    var timestamps: [Int64]
    /// The least and greatest rating possible.
    var scale: ClosedRange<Double>
    /// What a rating says.
    var feedback = Feedback.ratings
    /// Where the ratings of a user begin; one more than there are users.
    private(set) var userStarts: [Int]

    /// A table of sorted ratings.
    init(
        userKeys: [String], itemKeys: [String], itemTitles: [String], users: [Int32], items: [Int32],
        ratings: [Double], timestamps: [Int64], scale: ClosedRange<Double>
    ) {
        self.userKeys = userKeys
        self.itemKeys = itemKeys
        self.itemTitles = itemTitles
        self.users = users
        self.items = items
        self.ratings = ratings
        self.timestamps = timestamps
        self.scale = scale
        var starts = [Int](repeating: 0, count: userKeys.count + 1)
        for user in users { starts[Int(user) + 1] += 1 }
        for user in 0..<userKeys.count { starts[user + 1] += starts[user] }
        userStarts = starts
    }

    /// The position of the rating of `item` by `user`, or nil.
    func position(user: Int32, item: Int32) -> Int? {
        var (low, high) = (userStarts[Int(user)], userStarts[Int(user) + 1])
        while low < high {
            let middle = (low + high) / 2
            if items[middle] < item { low = middle + 1 } else { high = middle }
        }
        return low < userStarts[Int(user) + 1] && items[low] == item ? low : nil
    }

    /// SHA-256 of the contents; names of data sets and splits are not part of it.
    var fingerprint: String {
        var hash = SHA256()
        hash.update("zoo-ratings-1\n\(userKeys.count) \(itemKeys.count) \(ratings.count) \(timestamps.count)\n")
        hash.update(userKeys.joined(separator: "\n") + "\n")
        hash.update(zip(itemKeys, itemTitles).map { $0 + "\t" + $1 + "\n" }.joined())
        users.withUnsafeBytes { hash.update($0) }
        items.withUnsafeBytes { hash.update($0) }
        ratings.withUnsafeBytes { hash.update($0) }
        timestamps.withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
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
