import Foundation
import ZooCollab
import ZooWeights

/// A model of Surprise, as `surprise.dump.dump` or `pickle.dump` wrote it: read as data, no class of it is made.
///
/// `rating = mean + b_u + b_i + q_i . p_u`, which is clipped to the scale where it is shown; of SVD++ the part of p that follows from what a user rated is the
/// same for every item, and is added to the vector.
struct SurpriseModel {
    private let file: String
    private let name: String
    private let algorithm: PickledData
    private let training: PickledData

    /// - Throws: `WorkflowError.invalid` for what is none
    init(_ root: PickledData, file: String) throws {
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: file, reason: reason) }
        var algorithm = root
        if case .dictionary = root, let inner = root["algo"] { algorithm = inner }
        guard case .object(let name, _) = algorithm, name.hasPrefix("surprise.") else {
            throw refusal("it is a pickle, but holds no algorithm of Surprise: dump.dump(file, algo=algo) writes one")
        }
        guard let training = algorithm["trainset"], training["_raw2inner_id_users"] != nil else {
            throw refusal("its algorithm is not fitted: it has no trainset")
        }
        (self.file, self.algorithm, self.training) = (file, algorithm, training)
        self.name = String(name.split(separator: ".").last ?? "")
    }

    /// The recommender.
    ///
    /// - Throws: `WorkflowError.invalid` for an algorithm that has no such form
    func model() throws -> ForeignModel {
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: file, reason: reason) }
        guard ["SVD", "SVDpp", "NMF", "BaselineOnly"].contains(name) else {
            throw refusal("it is Surprise's \(name): SVD, SVDpp, NMF and BaselineOnly are sums of vectors and biases")
        }
        let (users, items) = (try keys("_raw2inner_id_users"), try keys("_raw2inner_id_items"))
        guard let scale = training["rating_scale"]?.items?.map(\.number), scale.count == 2, let low = scale[0],
            let high = scale[1], low < high
        else { throw refusal("its trainset has no rating_scale") }
        let ratings = try ratings(users: users.count, items: items.count)
        let isBiased: Bool
        if case .boolean(false)? = algorithm["biased"] {
            isBiased = false
        } else {
            isBiased = name != "NMF" || isTrue("biased")
        }
        var (p, q) = (
            [Double](repeating: 0, count: users.count), [Double](repeating: 0, count: items.count)
        )
        var factors = 1
        if name != "BaselineOnly" {
            guard case .array(let shape, let values)? = algorithm["pu"],
                case .array(let others, let itemValues)? = algorithm["qi"],
                shape.count == 2, shape[0] == users.count, shape[1] > 0, others == [items.count, shape[1]]
            else { throw refusal("its pu and qi are not vectors of \(users.count) users and \(items.count) items") }
            (p, q, factors) = (values, itemValues, shape[1])
        }
        if name == "SVDpp" {
            guard case .array(let shape, let values)? = algorithm["yj"], shape == [items.count, factors] else {
                throw refusal("it has no vectors yj of its items")
            }
            for (user, rated) in ratings.enumerated() where !rated.isEmpty {
                let share = 1 / Double(rated.count).squareRoot()
                for (item, _) in rated {
                    for factor in 0..<factors { p[user * factors + factor] += share * values[item * factors + factor] }
                }
            }
        }
        let userBiases = isBiased ? try biases("bu", users.count) : [Float](repeating: 0, count: users.count)
        let itemBiases = isBiased ? try biases("bi", items.count) : [Float](repeating: 0, count: items.count)
        let all = ratings.joined()
        let mean = training["_global_mean"]?.number ?? all.reduce(0) { $0 + $1.rating } / Double(max(1, all.count))
        let limits = Float(low)...Float(high)
        guard (p + q).allSatisfy(\.isFinite), (userBiases + itemBiases).allSatisfy(\.isFinite), mean.isFinite else {
            throw refusal("it holds a number that is not finite")
        }
        var model = DotBiasModel(
            vocabulary: vocabulary(users, items, ratings, mean: Float(mean)), factors: factors,
            userVectors: p.map { Float($0) }, itemVectors: q.map { Float($0) }, userBiases: userBiases,
            itemBiases: itemBiases, globalBias: isBiased ? Float(mean) : 0, range: .linear,
            scale: limits)
        if !isBiased { model.pairlessRating = Float(mean) }  // Surprise's default_prediction
        return ForeignModel("Surprise's \(name)", model)
    }

    private func isTrue(_ name: String) -> Bool { if case .boolean(true)? = algorithm[name] { true } else { false } }

    /// The keys of a side by their inner numbers.
    private func keys(_ name: String) throws -> [String] {
        let refusal = WorkflowError.invalid(what: file, reason: "its \(name) does not number its keys from 0")
        guard case .dictionary(let entries)? = training[name], !entries.isEmpty else { throw refusal }
        var keys = [String?](repeating: nil, count: entries.count)
        for (key, value) in entries {
            guard case .integer(let number) = value, keys.indices.contains(number),
                let key = JSONValue(key).key
                    ?? key.number.map({
                        JSONValue.number($0).key ?? ""
                    })
            else { throw refusal }
            keys[number] = key
        }
        let all = keys.compactMap { $0 }
        guard all.count == keys.count, Set(all).count == all.count else { throw refusal }
        return all
    }

    private func biases(_ name: String, _ count: Int) throws -> [Float] {
        guard case .array(let shape, let values)? = algorithm[name], shape == [count] else {
            throw WorkflowError.invalid(what: file, reason: "its \(name) are not \(count) biases")
        }
        return values.map { Float($0) }
    }

    /// What each user rated.
    private func ratings(users: Int, items: Int) throws -> [[(item: Int, rating: Double)]] {
        var found = [[(item: Int, rating: Double)]](repeating: [], count: users)
        guard case .dictionary(let entries)? = training["ur"] else { return found }
        for (user, list) in entries {
            guard case .integer(let user) = user, found.indices.contains(user), let list = list.items else { continue }
            found[user] = try list.map { pair in
                guard let pair = pair.items, pair.count == 2, let item = pair[0].number, let rating = pair[1].number,
                    item >= 0, item < Double(items)
                else { throw WorkflowError.invalid(what: file, reason: "its trainset has ratings of other items") }
                return (Int(item), rating)
            }
        }
        return found
    }

    private func vocabulary(
        _ users: [String], _ items: [String], _ ratings: [[(item: Int, rating: Double)]], mean: Float
    ) -> CollabVocabulary {
        var (counts, sums) = ([Int](repeating: 0, count: items.count), [Double](repeating: 0, count: items.count))
        for (item, rating) in ratings.joined() {
            counts[item] += 1
            sums[item] += rating
        }
        return CollabVocabulary(
            userKeys: users, itemKeys: items, itemTitles: items, userCounts: ratings.map(\.count), itemCounts: counts,
            itemMeans: items.indices.map { counts[$0] > 0 ? Float(sums[$0] / Double(counts[$0])) : mean })
    }
}
