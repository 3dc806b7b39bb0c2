import ZooKernels

/// The ratings of a training part as a sparse matrix, by the users and by the items of a vocabulary.
struct RatedRows: Sendable {
    /// Of each user, the items in rising order.
    let byUser: SparseMatrix
    /// Of each item, the users in the order of the data.
    let byItem: SparseMatrix

    /// - Parameter value: what a rating counts as; nil where each counts as 1
    /// - Parameter coded: keep codes of the values, if no more than 256 differ
    init(
        _ training: Interactions, _ vocabulary: CollabVocabulary, value: ((Float) -> Float)? = nil, coded: Bool = false
    ) {
        let (userRows, itemRows) = vocabulary.translation(of: training)
        let bounds = vocabulary.itemCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        var next = bounds
        let table = coded && value != nil ? Self.distinct(training.ratings) : nil
        var codes = table.map { _ in [UInt8](repeating: 0, count: training.count) }
        var values = value == nil || table != nil ? nil : [Float](repeating: 0, count: training.count)
        var users = [Int32](repeating: 0, count: training.count)
        for index in 0..<training.count {
            let item = Int(itemRows[Int(training.items[index])])
            let place = next[item]
            users[place] = userRows[Int(training.users[index])]
            if let code = table?.firstIndex(of: training.ratings[index]) {
                codes?[place] = UInt8(code)
            } else if let value {
                values?[place] = value(training.ratings[index])
            }
            next[item] += 1
        }
        if let table, let value { values = table.map(value) }
        byItem = SparseMatrix(bounds: bounds, columns: users, values: values, codes: codes)
        byUser = byItem.transposed(columns: vocabulary.userKeys.count)
    }

    /// The different ratings, if there are no more than 256.
    private static func distinct(_ ratings: [Float]) -> [Float]? {
        var found: [Float] = []
        for rating in ratings where !found.contains(rating) {
            if found.count == 256 { return nil }
            found.append(rating)
        }
        return found
    }

    /// Adds to `sums` the products of an item's column with those of the items up to `last`, [last + 1].
    ///
    /// - Precondition: the values are not coded
    func addProducts(of item: Int, upTo last: Int, to sums: UnsafeMutablePointer<Float>) {
        byUser.columns.withUnsafeBufferPointer { userItems in
            for place in byItem.bounds[item]..<byItem.bounds[item + 1] {
                let user = Int(byItem.columns[place])
                let range = byUser.bounds[user]..<byUser.bounds[user + 1]
                guard let weight = byItem.values?[place], let userWeights = byUser.values else {
                    for other in range {
                        let column = Int(userItems[other])
                        if column > last { break }
                        sums[column] += 1
                    }
                    continue
                }
                userWeights.withUnsafeBufferPointer { userWeights in
                    for other in range {
                        let column = Int(userItems[other])
                        if column > last { break }
                        sums[column] += weight * userWeights[other]
                    }
                }
            }
        }
    }
}
