import Foundation

/// What stands out in each cluster, to name it by.
package enum ClusterNames {
    /// How many terms a name has at most.
    private static let most = 3

    /// Names by the values of attributes with the largest lift: how much more frequent a value is in a cluster than everywhere. A value
    /// counts where a fifth of the cluster has it, and at least three entries.
    ///
    /// - Parameters:
    ///   - clusters: of each entry; -1 for none
    ///   - values: of each entry
    /// - Returns: a name for each cluster, empty where nothing stands out
    package static func byLift(_ clusters: [Int], values: [[String]]) -> [String] {
        names(Counts(clusters, values)) { counts, cluster, term in
            let inside = Double(counts.within[cluster][term] ?? 0)
            let size = Double(counts.sizes[cluster])
            let everywhere = Double(counts.total[term] ?? 0) / Double(max(1, clusters.count))
            let lift = inside / size / everywhere
            return inside >= 3 && inside >= 0.2 * size && lift > 1.2 ? lift : nil
        }
    }

    /// Names by the words of the entries' labels with the largest class-based TF-IDF. A word counts where at least two entries of the
    /// cluster have it, and one and a half times as many of them as of all.
    ///
    /// - Source: Grootendorst 2022, "BERTopic": `tf * log(1 + A / f)`, A the mean number of words of a cluster.
    package static func byWords(_ clusters: [Int], labels: [String]) -> [String] {
        let counts = Counts(clusters, labels.map { words(of: $0) })
        let all = counts.within.map { $0.values.reduce(0, +) }
        let mean = Double(all.reduce(0, +)) / Double(max(1, all.count))
        // Shares of words that are in clusters.
        var frequency: [String: Int] = [:]
        for words in counts.within { frequency.merge(words) { $0 + $1 } }
        return names(counts) { counts, cluster, term in
            let inside = counts.within[cluster][term] ?? 0
            let everywhere = Double(counts.total[term] ?? 0) / Double(max(1, clusters.count))
            // Without a list of stop words for each language: a word that is as frequent elsewhere names nothing.
            guard inside >= 2, Double(inside) / Double(counts.sizes[cluster]) > 1.5 * everywhere else { return nil }
            return Double(inside) / Double(max(1, all[cluster])) * log(1 + mean / Double(frequency[term] ?? 1))
        }
    }

    /// The words of a label, each once: letters in lower case, three or more, but single ones of scripts without blanks.
    package static func words(of label: String) -> [String] {
        let parts = label.lowercased().split { !$0.isLetter && $0 != "'" }
        let words = parts.map { String($0).trimmingCharacters(in: CharacterSet(charactersIn: "'")) }
        return Array(Set(words.filter { $0.count > 2 || $0.unicodeScalars.contains { $0.value >= 0x3040 } }))
    }

    private struct Counts {
        var sizes: [Int]
        var within: [[String: Int]]
        var total: [String: Int] = [:]

        init(_ clusters: [Int], _ terms: [[String]]) {
            let count = (clusters.max() ?? -1) + 1
            (sizes, within) = (Array(repeating: 0, count: count), Array(repeating: [:], count: count))
            for (cluster, terms) in zip(clusters, terms) {
                for term in terms { total[term, default: 0] += 1 }
                guard cluster >= 0 else { continue }
                sizes[cluster] += 1
                for term in terms { within[cluster][term, default: 0] += 1 }
            }
        }
    }

    private static func names(_ counts: Counts, _ score: (Counts, Int, String) -> Double?) -> [String] {
        counts.within.indices.map { cluster in
            let scored = counts.within[cluster].keys.compactMap { term in
                score(counts, cluster, term).map { (term: term, score: $0) }
            }
            return scored.sorted { ($1.score, $0.term) < ($0.score, $1.term) }.prefix(most).map(\.term)
                .joined(separator: ", ")
        }
    }
}
