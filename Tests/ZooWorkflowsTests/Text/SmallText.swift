import Foundation
import ZooData
import ZooText
import ZooWorkflows

/// Text and settings that train in a moment.
enum SmallText {
    /// Some tales, about 7,000 characters of them.
    static let tales = DemoText(seed: 5).tales.prefix(20).map { $0.text }

    /// Two small layers, all regularisers on.
    static func recipe(_ kind: TokenizerKind = .character) -> TextRecipe {
        var recipe = TextRecipe()
        recipe.tokenizer.kind = kind
        recipe.tokenizer.minimumFrequency = 1
        if kind == .bytePair { recipe.tokenizer.size = 300 }
        (recipe.embeddingSize, recipe.hiddenSize, recipe.layerCount) = (8, 12, 2)
        (recipe.training.batchSize, recipe.training.bptt, recipe.training.epochs) = (8, 16, 2)
        recipe.training.learningRate = 0.01
        return recipe
    }
}

extension Workspace {
    /// Stores the small text as data set `t`.
    func importSmallText() throws {
        let documents = SmallText.tales.enumerated().map { NewText(name: String($0), text: $1) }
        try data.importTexts(documents, name: "t", source: "test", isReplacing: true)
    }

    /// Stores the demo tales as data set `tales`, the first `count` of them, with their labels.
    func importTales(_ count: Int) throws {
        let documents = DemoText(seed: 1).tales.prefix(count).enumerated().map {
            NewText(name: String($0), label: $1.label, text: $1.text)
        }
        try data.importTexts(documents, name: "tales", source: "test", isReplacing: true)
    }

    /// Trains the small model on `t` and saves it.
    @discardableResult
    func trainSmallText(_ recipe: TextRecipe = SmallText.recipe(), as name: String = "m") throws -> TrainTextReport {
        var request = TrainTextRequest(dataset: "t", recipe: recipe, command: "test")
        request.saveAs = name
        return try trainText(request)
    }
}
