import ZooData

/// The times of ratings, by which splits are made. A rating without a time is never held out.
package struct RatingTimes {
    /// Seconds since 1970 by rating; nil for one without a time.
    private let times: [Int64?]

    /// nil where no rating has a time.
    init?(_ stored: StoredInteractions) {
        self.init(stored.timestamps.map { $0 == StoredInteractions.withoutTime ? nil : $0 })
    }

    /// The times of ratings in their order; nil where there are none.
    package init?(_ times: [Int64?]) {
        guard times.contains(where: { $0 != nil }) else { return nil }
        self.times = times
    }

    /// Which ratings are held out: those from the moment on that cuts off the latest share, so that no test rating is earlier than
    /// a training rating, and ratings of one time stay together.
    ///
    /// The moment is the quantile of the times, linear between two of them.
    /// - Source: LensKit 2025.8, `split_temporal_fraction`
    package func latest(_ share: Double) -> [Bool] {
        let sorted = times.compactMap { $0 }.sorted()
        let place = Double(sorted.count - 1) * (1 - share)
        let low = Int(place)
        let (before, after) = (Double(sorted[low]), Double(sorted[min(low + 1, sorted.count - 1)]))
        let part = place - Double(low)
        // As numpy has it: from the nearer end, so that a share of 0 or 1 gives that end exactly.
        return since(part < 0.5 ? before + (after - before) * part : after - (after - before) * (1 - part))
    }

    /// Which ratings are held out: those at a moment and later.
    package func since(_ moment: Double) -> [Bool] { times.map { $0.map { Double($0) >= moment } ?? false } }

    /// Which ratings are held out: the last `count` of each person, of one time those whose items have the later keys.
    ///
    /// Somebody with no more ratings than that keeps all in training.
    /// - Parameter users: the person of each rating; those of one stand together
    package func last(_ count: Int, ofEach users: [Int32]) -> [Bool] {
        var isTest = [Bool](repeating: false, count: users.count)
        var start = 0
        while start < users.count {
            let end = users[start...].firstIndex { $0 != users[start] } ?? users.count
            let timed = (start..<end).filter { times[$0] != nil }
            if end - start > count {
                let order = timed.sorted { (times[$0] ?? 0, $0) < (times[$1] ?? 0, $1) }
                for row in order.suffix(count) { isTest[row] = true }
            }
            start = end
        }
        return isTest
    }
}
