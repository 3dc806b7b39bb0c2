import Foundation
import ZooCollab

/// A model of LIBMF, the text that `mf-train` writes.
struct LIBMFModel {
    private let mean: Float
    private let users, items: (keys: [String], vectors: [Float])
    private let factors: Int
    /// Kinds of loss whose output is the product: real-valued factorisation, and ranking for one class.
    private static let products = (ratings: 0...2, rankings: 10...12)
    private let loss: Int

    /// Whether a file begins as such a model does.
    static func isOne(_ bytes: some Collection<UInt8>) -> Bool {
        String(decoding: bytes.prefix(64), as: UTF8.self).contains(#/^f \d+\r?\nm \d+\r?\nn \d+\r?\nk \d+\r?\n/#)
    }

    /// - Source: libmf 2.01, `mf_save_model`
    /// - Throws: `WorkflowError.invalid`
    init(contentsOf path: String) throws {
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: path, reason: reason) }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { throw refusal("it cannot be read") }
        var lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)[...]
        func header(_ name: String) throws -> Double {
            let parts = lines.popFirst()?.split(separator: " ") ?? []
            guard parts.count == 2, parts[0] == name, let number = Double(parts[1]) else {
                throw refusal("its line '\(name)' is missing")
            }
            return number.isFinite ? number : 0
        }
        func count(_ name: String) throws -> Int { Int(exactly: try header(name)) ?? 0 }
        let (loss, m, n, k) = (try count("f"), try count("m"), try count("n"), try count("k"))
        mean = Float(try header("b"))
        guard m > 0, n > 0, k > 0, k <= 1 << 20, lines.count == m + n else {
            throw refusal("it says \(m) and \(n) rows of \(k), and has \(lines.count)")
        }
        guard Self.products.ratings.contains(loss) || Self.products.rankings.contains(loss) else {
            throw refusal("its loss is \(loss), which tells two classes apart: 0, 1, 2, 10, 11 and 12 are known")
        }
        func side(_ letter: String, _ count: Int) throws -> (keys: [String], vectors: [Float]) {
            var (keys, vectors): ([String], [Float]) = ([], [])
            for row in 0..<count {
                let parts = lines.popFirst()?.split(separator: " ") ?? []
                guard parts.count == k + 2, parts[0] == "\(letter)\(row)" else {
                    throw refusal("its row \(letter)\(row) is cut short")
                }
                // Rows without a rating have no vector.
                guard parts[1] == "T" else { continue }
                let numbers = parts.dropFirst(2).compactMap { Float($0) }
                guard numbers.count == k, numbers.allSatisfy(\.isFinite) else {
                    throw refusal("its row \(letter)\(row) holds something that is not a number")
                }
                keys.append(String(row))
                vectors += numbers
            }
            guard !keys.isEmpty else { throw refusal("none of its rows has a vector") }
            return (keys, vectors)
        }
        (users, items) = (try side("p", m), try side("q", n))
        (factors, self.loss) = (k, loss)
    }

    /// The recommender: expected ratings, or of a ranking the order alone.
    func model(_ request: ForeignModelRequest) throws -> ForeignModel {
        guard Self.products.ratings.contains(loss) else {
            return try ForeignFactors(
                users: ForeignMatrix(values: users.vectors, rows: users.keys.count, width: factors),
                items: ForeignMatrix(values: items.vectors, rows: items.keys.count, width: factors),
                keys: (users.keys, items.keys)
            ).model("LIBMF's ranking", request)
        }
        let names = try request.keys(
            users: users.keys.count, items: items.keys.count, given: (users.keys, items.keys), hasPlaceholder: false)
        let scale = try request.description()?.limits("scale") ?? 1...5
        // The product of known rows goes without the mean, which somebody new is folded in from.
        var model = DotBiasModel(
            vocabulary: CollabVocabulary(names.users, names.items, mean: mean), factors: factors,
            userVectors: users.vectors, itemVectors: items.vectors,
            userBiases: [Float](repeating: -mean, count: users.keys.count),
            itemBiases: [Float](repeating: 0, count: items.keys.count), globalBias: mean, range: .linear, scale: scale
        )
        model.pairlessRating = mean  // as mf-predict answers
        return ForeignModel(
            "LIBMF's factorisation", model,
            notes: [
                "Users and items are called by their numbers unless --users and --items name those with a rating.",
                "The scale of ratings is taken as \(scale.lowerBound) to \(scale.upperBound): \"scale\" in --vocab says otherwise.",
            ])
    }
}
