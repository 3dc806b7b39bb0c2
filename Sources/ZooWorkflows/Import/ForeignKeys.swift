import ZooCollab

/// The keys of a recommender's rows, given in files, or else their numbers.
struct ForeignKeys {
    let keys: [String]
    let titles: [String]
    /// How many rows come before the first that has a key: a row for padding or for what is not known.
    let skipped: Int
    /// What was decided.
    let note: String?

    /// Names of the row that comes before all others, if there is one: of fastai, of RecBole.
    private static let placeholders: Set<String> = ["#na#", "[PAD]"]

    /// Keys of so many rows.
    ///
    /// - Parameters:
    ///   - given: the keys, the placeholder of the first row among them or not; nil for none
    ///   - hasPlaceholder: whether the first row stands for no key
    /// - Throws: `WorkflowError.invalid` where they are not as many, or one is there twice
    init(
        _ given: [String]?, rows: Int, hasPlaceholder: Bool, side: String, option: String, file: String
    ) throws {
        let first = hasPlaceholder ? 1 : 0
        guard var lines = given else {
            guard rows > first else { throw WorkflowError.invalid(what: file, reason: "it has no \(side)s") }
            keys = (first..<rows).map(String.init)
            (titles, skipped) = (keys, first)
            note = "Its \(side)s have no keys: they are called \(first) to \(rows - 1); \(option) names them."
            return
        }
        if let name = lines.first, Self.placeholders.contains(name), hasPlaceholder { lines.removeFirst() }
        guard lines.count == rows - first, !lines.isEmpty else {
            throw WorkflowError.invalid(
                what: option, reason: "\(lines.count) \(side)s are named, and \(file) has \(rows - first)")
        }
        let parts = lines.map { $0.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false) }
        keys = parts.map { String($0[0]) }
        titles = parts.map { String($0.count > 1 ? $0[1] : $0[0]) }
        (skipped, note) = (first, nil)
        var seen: Set<String> = []
        if let twice = keys.first(where: { !seen.insert($0).inserted }) {
            throw WorkflowError.invalid(what: option, reason: "the \(side) '\(twice)' is there twice")
        }
    }
}

extension ForeignModelRequest {
    /// The keys of both sides of a recommender, of the files that were given for them.
    ///
    /// - Parameters:
    ///   - given: keys that the file itself has
    ///   - hasPlaceholder: whether row 0 of each side stands for no key
    func keys(
        users: Int, items: Int, given: (users: [String]?, items: [String]?) = (nil, nil), hasPlaceholder: Bool
    ) throws -> (users: ForeignKeys, items: ForeignKeys) {
        let description = try description()
        func keys(_ path: String?, _ given: [String]?, _ name: String) throws -> [String]? {
            try path.map { try ForeignDescription(contentsOf: $0).texts() ?? [] } ?? description?.texts(name) ?? given
        }
        return (
            try ForeignKeys(
                keys(userFile, given.users, "users"), rows: users, hasPlaceholder: hasPlaceholder, side: "user",
                option: userFile == nil && description != nil ? "--vocab" : "--users", file: file),
            try ForeignKeys(
                keys(itemFile, given.items, "items"), rows: items, hasPlaceholder: hasPlaceholder, side: "item",
                option: itemFile == nil && description != nil ? "--vocab" : "--items", file: file)
        )
    }
}

extension CollabVocabulary {
    /// Users and items of another program's model, of whose ratings nothing is known.
    ///
    /// - Parameter mean: the rating that is expected where nothing is known
    init(_ users: ForeignKeys, _ items: ForeignKeys, mean: Float) {
        self.init(
            userKeys: users.keys, itemKeys: items.keys, itemTitles: items.titles,
            userCounts: users.keys.map { _ in 0 }, itemCounts: items.keys.map { _ in 0 },
            itemMeans: items.keys.map { _ in mean })
    }
}
