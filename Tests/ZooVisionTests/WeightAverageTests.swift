import Testing
import ZooKernels
import ZooLearn
import ZooTensor
import ZooTesting
import ZooVision

private let preprocessing = Preprocessing(size: 8, resize: 1, normalization: .cifar10)

@Suite struct WeightAverageTests {
    /// Trains a small network on one batch an epoch, and gives its state at the end of each and in the end.
    private func train(averaged: Int) throws -> (epochs: [[String: Tensor]], end: [String: Tensor], fit: FitReport) {
        var generator = RandomGenerator(seed: 5)
        let network = ResNet(
            ResNetArchitecture(block: .basic, depths: [1, 1], widths: [8, 16], hasSmallStem: true, classes: 2),
            using: &generator)
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.learningRate, recipe.schedule) = (6, 32, 0.05, .constant)
        recipe.averagedEpochs = averaged
        func state() -> [String: Tensor] {
            Dictionary(uniqueKeysWithValues: network.state().map { ($0.path, $0.tensor) })
        }
        var epochs: [[String: Tensor]] = []
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .fit(
                try colouredImages(32), validation: try colouredImages(20, seed: 9),
                observers: [Listener { if case .epochEnded = $0 { epochs.append(state()) } }])
        return (epochs, state(), fit)
    }

    @Test func theWeightsAreTheMeanOfThoseOfTheLastEpochs() throws {
        let (epochs, end, fit) = try train(averaged: 3)
        #expect(epochs.count == 6 && fit.final?.imageMetrics != nil && fit.keptEpoch == nil)
        for (path, tensor) in end where !path.contains("running") {
            let last = try epochs.suffix(3).map { try #require($0[path]) }
            try assertClose(tensor, (last[0] + last[1] + last[2]) / 3, relative: 1e-5, absolute: 1e-6)
            #expect(tensor.floats != last[2].floats, "\(path)")
        }
        // Without an average the last epoch's are kept, statistics included.
        let plain = try train(averaged: 0)
        #expect(plain.fit.final == nil && plain.end.allSatisfy { plain.epochs[5][$0]?.floats == $1.floats })
    }

    @Test func statisticsAreMeasuredAnewWithTheMeanWeights() throws {
        let (epochs, end, fit) = try train(averaged: 3)
        let source = try colouredImages(32).source
        let images = preprocessing.tensor(of: try (0..<32).map { try source.image($0, shortSide: nil) })
        let outputs = images.convolved(
            with: try #require(end["conv1.weight"]), ConvolutionGeometry(stride: 1, padding: 1))
        let pixels = outputs.reshaped([32 * 8 * 8, 8])
        let count = Double(pixels.shape[0])
        try assertClose(
            try #require(end["bn1.running_mean"]), pixels.mean(axes: [0]).detached(), relative: 1e-4, absolute: 1e-5)
        try assertClose(
            try #require(end["bn1.running_var"]), (pixels.variance(axes: [0]) * (count / (count - 1))).detached(),
            relative: 1e-4, absolute: 1e-5)
        // They are neither those of the last epoch nor the mean of several.
        #expect(end["bn1.running_mean"]?.floats != epochs[5]["bn1.running_mean"]?.floats)
        // And what is reported was measured with them.
        #expect(fit.final?.imageMetrics != fit.epochs.last?.imageMetrics)
    }
}
