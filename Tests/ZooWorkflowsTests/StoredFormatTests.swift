import Foundation
import Testing
import ZooCollab
import ZooNN
import ZooQueries
import ZooWeights
import ZooWorkflows

/// Recommenders of format version 1 are read and written as the build that made the golden files did.
@Suite struct StoredFormatTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens/Collab")

    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".h5")))
    }

    private static func model(_ name: String) throws -> any StoredRecommender {
        try #require(ModelFile(decoding: bytes(name)).model() as? any StoredRecommender)
    }

    private struct Answers: Decodable {
        let dotBiasUser: [Answer]
        let dotBiasRatings: [Answer]
        let dotBiasWhy: [Terms]
        let neuralUser: [Answer]
        let shippedUser: [Answer]
        let shippedRatings: [Answer]
    }

    private struct Answer: Decodable {
        let item: String
        let score: Double

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            (item, score) = (try values.decode(String.self), try values.decode(Double.self))
        }
    }

    private struct Terms: Decodable {
        let item: String
        let amounts: [Double]

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            (item, amounts) = (try values.decode(String.self), try values.decode([Double].self))
        }
    }

    private static func answers() throws -> Answers {
        try JSONDecoder().decode(
            Answers.self, from: Data(contentsOf: folder.appendingPathComponent("answers.json")))
    }

    @Test(arguments: ["dot-bias", "neural", "movielens-100k"])
    func aFileOfVersion1IsWrittenAgainWithLinearWeightsTransposed(_ name: String) throws {
        let file = try ModelFile(decoding: Self.bytes(name))
        let again = ModelFile(try file.model().contents(), created: file.created)
        #expect(file.formatVersion == 1 && again.formatVersion == 2)
        #expect(again.configuration == file.configuration && again.statistics == file.statistics)
        #expect(again.weights.count == file.weights.count && again.weights.count >= 5)
        for (one, two) in zip(file.weights, again.weights) {
            let isLinear = one.path.hasPrefix("layers.") && one.path.hasSuffix("weight")
            #expect(two.shape == (isLinear ? one.shape.reversed() : one.shape) && one.path == two.path)
            if !isLinear { #expect(one == two) }
        }
        let read = try ModelFile(decoding: again.encoded())
        #expect(try ModelFile(read.model().contents(), created: file.created).encoded() == again.encoded())
    }

    private func check(
        _ model: any Recommender, _ history: UserHistory, _ answers: [Answer], within tolerance: Float = 0
    ) throws {
        let scores = model.scores(for: history)
        let keys = model.vocabulary.itemKeys
        for answer in answers {
            let row = try #require(keys.firstIndex(of: answer.item))
            #expect(abs(scores[row] - Float(answer.score)) <= tolerance, "\(answer.item)")
        }
        #expect(answers.count >= 10)
    }

    private func rated(_ pairs: [(String, Float)], in model: any Recommender) throws -> [RatedItem] {
        try pairs.map { key, rating in
            RatedItem(item: try #require(model.vocabulary.itemKeys.firstIndex(of: key)), rating: rating)
        }
    }

    @Test func aDotBiasModelAnswersToTheLastDigit() throws {
        let (model, answers) = (try Self.model("dot-bias"), try Self.answers())
        let row = try #require(model.vocabulary.userKeys.firstIndex(of: "u3"))
        try check(model, UserHistory(row: row), answers.dotBiasUser)
        let history = UserHistory(ratings: try rated([("i1", 5), ("i4", 1), ("i7", 4)], in: model))
        try check(model, history, answers.dotBiasRatings, within: 1e-6)
        let explaining = try #require(model as? any Explains)
        for answer in answers.dotBiasWhy {
            let row = try #require(model.vocabulary.itemKeys.firstIndex(of: answer.item))
            let terms = explaining.explanations(of: [row], for: history)[0].terms
            #expect(terms.count == answer.amounts.count)
            #expect(zip(terms, answer.amounts).allSatisfy { abs($0.amount - $1) < 1e-12 })
        }
    }

    @Test func aNeuralModelAnswersAsBefore() throws {
        let (model, answers) = (try Self.model("neural"), try Self.answers())
        let row = try #require(model.vocabulary.userKeys.firstIndex(of: "u3"))
        // Its products depend on the instruction set in the last digit.
        try check(model, UserHistory(row: row), answers.neuralUser, within: 2e-6)
    }

    /// The model that shipped before the default ranked.
    @Test func anEarlierShippedModelAnswersToTheLastDigit() throws {
        let (model, answers) = (try Self.model("movielens-100k"), try Self.answers())
        let row = try #require(model.vocabulary.userKeys.firstIndex(of: "42"))
        try check(model, UserHistory(row: row), answers.shippedUser)
        let history = UserHistory(ratings: try rated([("50", 5), ("181", 5), ("172", 4)], in: model))
        try check(model, history, answers.shippedRatings)
    }

    @Test func theShippedModelIsOfTheDefaultAndKeepsNoHistories() throws {
        let file = try ModelFile(decoding: [UInt8](try #require(ShippedModel.named("movielens-100k")).model))
        let model = try #require(try file.model() as? BlendModel)
        #expect(ModelFile(try model.contents(), created: file.created).weights == file.weights)
        #expect(model.trainingRatings(ofUser: 0) == nil && model.rankers.count == 5)
        // People of the training are served by their vectors, and their expected ratings are those of dot-bias.
        #expect(Set(model.scores(for: UserHistory(row: 41))).count > 1000)
        #expect(model.expectedRatings(for: UserHistory(row: 41)) != nil)
    }

    @Test func contentsThatDoNotFitAreNamedAsPartsOfTheFile() throws {
        var file = try ModelFile(decoding: Self.bytes("dot-bias"))
        file.weights.removeFirst()
        let refusal = WeightError.malformed(
            location: "/weights/user.weight", reason: "there are no Float32 weights")
        #expect(throws: refusal) { try file.model() }
    }
}
