import Foundation

/// How well a class is found.
package struct ClassFigures: Sendable, Encodable {
    /// The class.
    package let name: String
    /// Images that show it.
    package let pictures: Int
    /// Images that are said to show it.
    package let answered: Int
    /// Images of which both are true.
    package let right: Int
    /// The share of those said to show it that do; nil where none is.
    @StableKey package var precision: Double?
    /// The share of those that show it that were found; nil where there is none.
    @StableKey package var recall: Double?
    /// The harmonic mean of both; nil where there is nothing to take it of.
    @StableKey package var f1: Double?

    init(name: String, pictures: Int, answered: Int, right: Int) {
        (self.name, self.pictures, self.answered, self.right) = (name, pictures, answered, right)
        func share(of whole: Int) -> Double? { whole > 0 ? Double(right) / Double(whole) : nil }
        _precision = StableKey(wrappedValue: share(of: answered))
        _recall = StableKey(wrappedValue: share(of: pictures))
        let either = pictures + answered
        _f1 = StableKey(wrappedValue: either > 0 ? 2 * Double(right) / Double(either) : nil)
    }
}

/// Images of one class that were taken for another.
package struct Confusion: Sendable, Encodable {
    /// What they show.
    package let actual: String
    /// What they were taken for.
    package let answered: String
    /// How many.
    package let pictures: Int
}

/// An image and what was said to it.
package struct JudgedImage: Sendable, Encodable {
    /// Its name in the data set.
    package let name: String
    /// What is in it.
    package let actual: [String]
    /// What was answered.
    package let answered: [String]
    /// The probability of the likeliest class; with several labels, of the one that is least sure.
    package let probability: Double
    /// How wrong the answer is: cross-entropy in nats.
    package let loss: Double

    /// Its place among the images that were processed.
    let row: Int
    /// How far from undecided the answer is.
    let sureness: Double

    private enum CodingKeys: String, CodingKey { case name, actual, answered, probability, loss }
}

/// What a model gets right and wrong on a data set.
package struct InterpretReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// The part of it that was used.
    package let split: String
    /// How many images.
    package let pictures: Int
    /// The share that is right; with several labels, of all yes and no.
    package let accuracy: Double
    /// The mean cross-entropy in nats; with several labels the mean of each label's.
    package let loss: Double
    /// What the frequencies of the classes measure on the same images.
    package let baseline: Baseline<VisionScore>
    /// Where the model is not better than that, a sentence.
    package let warnings: [String]
    /// How well each class is found: those that occur or were answered.
    package let classes: [ClassFigures]
    /// Images by what they show (rows) and were taken for (columns), in the order of `classes`; empty with several labels.
    package let confusion: [[Int]]
    /// What was taken for what, the most frequent first.
    package let confused: [Confusion]
    /// Right answers, the surest first.
    package let mostCorrect: [JudgedImage]
    /// Wrong answers, the surest first.
    package let mostWrong: [JudgedImage]
    /// Predictions, right or wrong, the least sure first.
    package let leastSure: [JudgedImage]
    /// The page that was written.
    @StableKey package var output: String?
}

extension AnsweredImages {
    /// What is right and wrong.
    ///
    /// - Parameter count: how many images of each group to name
    func report(model: String, data: String, split: String, count: Int, output: String?) -> InterpretReport {
        let (said, labels, classes) = (answers.said, answers.labels, answers.classes)
        let judged = images.indices.map { judge($0) }
        let kept = classes.indices.filter { place in
            labels.contains { $0.contains(place) } || said.contains { $0.contains(place) }
        }
        let matrix = answers.confusion(kept)
        var confused: [Confusion] = []
        for (i, row) in matrix.enumerated() {
            for (j, count) in row.enumerated() where i != j && count > 0 {
                confused.append(
                    Confusion(actual: classes[kept[i]], answered: classes[kept[j]], pictures: count))
            }
        }
        func first(_ rows: [Int], _ isBefore: (JudgedImage, JudgedImage) -> Bool) -> [JudgedImage] {
            // Sorting is stable, so that ties stay in the order of the names.
            Array(rows.map { judged[$0] }.sorted(by: isBefore).prefix(count))
        }
        let rows = Array(images.indices)
        return InterpretReport(
            model: model, data: data, split: split, pictures: rows.count, accuracy: score.accuracy,
            loss: score.loss, baseline: baseline, warnings: [baseline.warning(score)].compactMap { $0 },
            classes: kept.map { answers.figures(of: $0) }, confusion: matrix,
            confused: Array(confused.sorted { $0.pictures > $1.pictures }.prefix(50)),
            mostCorrect: first(rows.filter { said[$0] == labels[$0] }) { $0.loss < $1.loss },
            mostWrong: first(rows.filter { said[$0] != labels[$0] }) { $0.loss > $1.loss },
            leastSure: first(rows) { $0.sureness < $1.sureness }, output: output)
    }

    private func judge(_ row: Int) -> JudgedImage {
        let all = answers.probabilities(of: row)
        let probability = answers.isMultiLabel ? all.min { abs($0 - 0.5) < abs($1 - 0.5) } : all.max()
        return JudgedImage(
            name: images[row].name, actual: answers.labels[row].map { answers.classes[$0] },
            answered: answers.said[row].map { answers.classes[$0] }, probability: Double(probability ?? 0),
            loss: answers.loss(row), row: row,
            sureness: Double(answers.isMultiLabel ? abs((probability ?? 0) - 0.5) : probability ?? 0))
    }
}

extension VisionAnswers {
    /// Images by what they show and are said to show, of some classes; empty with several labels.
    fileprivate func confusion(_ kept: [Int]) -> [[Int]] {
        if isMultiLabel { return [] }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        var matrix = [[Int]](repeating: [Int](repeating: 0, count: kept.count), count: kept.count)
        for (label, answer) in zip(labels, said) {
            if let i = label.first.flatMap({ places[$0] }), let j = answer.first.flatMap({ places[$0] }) {
                matrix[i][j] += 1
            }
        }
        return matrix
    }
}

extension Double {
    /// The natural logarithm.
    var logarithm: Double { Foundation.log(self) }
}
