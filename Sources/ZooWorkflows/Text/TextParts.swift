import ZooData
import ZooRecords
import ZooText

/// The documents of a text that train, and those at its end that are kept for validation.
package struct TextParts {
    /// What trains.
    package let training: [String]
    /// What validates.
    package let validation: [String]

    /// Cuts documents so that the last share of all characters validates.
    ///
    /// One document is cut to the character; several are cut between two, as near to that as can be.
    /// - Throws: `SplitError` for a split that texts do not have
    package init(_ documents: [String], _ split: DataSplit) throws(SplitError) {
        let share: Double
        switch split {
        case .all: share = 0
        case .end(let part): share = part
        case .part, .named, .random, .fold, .folds, .last, .latest, .since, .lastOfEach, .people, .column:
            throw DataSplits.texts.refusal(of: split.name)
        }
        let lengths = documents.map(\.unicodeScalars.count)
        let kept = Int(Double(lengths.reduce(0, +)) * (1 - share))
        guard share > 0, documents.count > 1 else {
            guard share > 0, let text = documents.first else {
                (training, validation) = (documents, [])
                return
            }
            let scalars = text.unicodeScalars
            let cut = scalars.index(scalars.startIndex, offsetBy: kept)
            (training, validation) = ([String(scalars[..<cut])], [String(scalars[cut...])])
            return
        }
        var (end, sum) = (0, 0)
        while end < documents.count, sum + lengths[end] / 2 < kept || end == 0 {
            sum += lengths[end]
            end += 1
        }
        end = min(end, documents.count - 1)
        (training, validation) = (Array(documents[..<end]), Array(documents[end...]))
    }

    /// Cuts documents so that one of several parts of the same length validates, cut to the character.
    ///
    /// - Parameter fold: from 0
    init(_ documents: [String], fold: Int, of count: Int) {
        let total = documents.reduce(0) { $0 + $1.unicodeScalars.count }
        let held = total * fold / count..<total * (fold + 1) / count
        var (training, validation): ([String], [String]) = ([], [])
        var first = 0
        for document in documents {
            let scalars = document.unicodeScalars
            let places = [held.lowerBound, held.upperBound].map { place in
                scalars.index(scalars.startIndex, offsetBy: min(max(place - first, 0), scalars.count))
            }
            first += scalars.count
            let parts = [scalars[..<places[0]], scalars[places[0]..<places[1]], scalars[places[1]...]].map(String.init)
            training += [parts[0], parts[2]].filter { !$0.isEmpty }
            validation += [parts[1]].filter { !$0.isEmpty }
        }
        (self.training, self.validation) = (training, validation)
    }
}

extension UnknownText {
    /// What was not known and how it was read, for people; nil where everything was known.
    func note(of what: String) -> String? {
        guard count > 0 else { return nil }
        let shown = examples.prefix(5).map { example in
            let piece = "'\(example.piece.replacing("\n", with: "\\n"))'"
            return example.readAs.map { "\(piece) read as '\($0)'" } ?? "\(piece) left out"
        }
        let more = examples.count > 5 ? ", …" : ""
        return "the model does not know \(count) \(count == 1 ? "piece" : "pieces") of \(what): "
            + shown.joined(separator: ", ") + more
    }
}

extension TextRecipe {
    /// What is kept for validation.
    var split: DataSplit { validShare > 0 ? .end(validShare) : .all }
}
