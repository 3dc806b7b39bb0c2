import Foundation
import ZooVision

extension VisionTuning {
    /// The eight steps to a good classifier. The weights of the best of them are remembered, see `takeBestStep`.
    ///
    /// - Parameter recipe: rule, batch size, decay, augmentation and seed; its epochs are those of the last step
    /// - Source: fast.ai's course "Deep Learning for Coders", part 1 (2018), lesson 2
    mutating func runWorldClass(_ recipe: VisionRecipe) throws {
        var recipe = recipe
        if recipe.augmentation == .none { recipe.augmentation = .sideOn }
        keepsBestStep = true
        report(
            "augmentation", "\(recipe.augmentation.rawValue) is on; activations are cached for step 3 only",
            seconds: 0)
        var head = recipe
        (head.trainedGroups, head.averagedEpochs, head.averagingRate, head.sizes) = (1, 0, nil, [])
        head.learningRate = try findRate(head, name: "rate finder, last layer")
        try fitHead(copies: 0, recipe.pictureChanges, seed: recipe.seed)
        head.schedule = .cosineRestarts(length: 1, multiplier: 1)
        head.epochs = 3
        try train(head, name: "last layer with augmentation", detail: "3 epochs, a cycle each")
        var whole = recipe
        whole.trainedGroups = nil
        whole.seed = recipe.seed &+ 1
        report("unfreezing", "all \(network.layerGroups.count) layer groups are trained from here on", seconds: 0)
        if whole.rateRatio < 3 { whole.rateRatio = 5 }
        report(
            "earlier layers",
            "each layer group learns \(whole.rateRatio.formatted()) times slower than the one after it",
            seconds: 0)
        whole.learningRate = try findRate(whole, name: "rate finder, whole network")
        whole.schedule = .cosineRestarts(length: 1, multiplier: 2)
        let cycles = (1...30).first { whole.schedule.epochs(ofCycles: $0) ?? 0 >= whole.epochs } ?? 1
        try train(
            whole, name: "whole network", detail: "\(whole.epochs) epochs in \(cycles) cycles of doubling length")
    }
}
