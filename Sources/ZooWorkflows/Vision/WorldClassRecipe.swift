import ZooLearn
import ZooVision

extension VisionTuning {
    /// Epochs of the last layer among the eight steps.
    static let headEpochs = 3

    /// The eight steps to a good classifier. The weights of the best of them are kept, see `takeBestStep`.
    ///
    /// - Parameter recipe: rule, batch size, decay, augmentation and seed; its epochs are those of the last step
    /// - Source: fast.ai's course "Deep Learning for Coders", part 1 (2018), lesson 2
    func runWorldClass(_ recipe: VisionTrainingOptions, observers: [any Observer]) throws {
        var recipe = recipe
        if recipe.augmentation == .none { recipe.augmentation = .sideOn }
        record(
            1, "augmentation", "\(recipe.augmentation.rawValue) is on; activations are cached for step 3 only")
        var head = recipe
        (head.trainedGroups, head.averagedEpochs, head.averagingRate, head.sizes) = (1, 0, nil, [])
        head.learningRate = try findRate(2, head, name: "rate finder, last layer")
        try fitHead(3, copies: 0, recipe.imageChanges, seed: recipe.seed)
        head.schedule = .cosineRestarts(length: 1, multiplier: 1)
        head.epochs = Self.headEpochs
        try train(
            4, head, name: "last layer with augmentation", detail: { "\($0), a cycle each" }, observers: observers)
        var whole = recipe
        whole.trainedGroups = nil
        whole.seed = recipe.seed &+ 1
        record(5, "unfreezing", "all \(network.layerGroups.count) layer groups are trained from here on")
        if whole.rateRatio < 3 { whole.rateRatio = 5 }
        record(
            6, "earlier layers",
            "each layer group learns \(whole.rateRatio.formatted()) times slower than the one after it")
        whole.learningRate = try findRate(7, whole, name: "rate finder, whole network")
        whole.schedule = .cosineRestarts(length: 1, multiplier: 2)
        let cycles = (1...30).first { whole.schedule.epochs(ofCycles: $0) ?? 0 >= whole.epochs } ?? 1
        try train(
            8, whole, name: "whole network",
            detail: { "\($0) in \(cycles) cycles of doubling length" }, observers: observers)
    }
}
