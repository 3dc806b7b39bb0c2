import Testing
import ZooKernels
import ZooLearn
import ZooTensor
import ZooVision

/// Networks with squeeze and excitation, hard-swish, SiLU, layer and response normalisation: a training that was stopped resumes to the
/// same bits, and a step changes every weight.
@Test(arguments: [
    ImageArchitecture.mobilenetV3SmallTimm, .efficientnetB0, .convnextAtto, .convnextV2Atto, .resnet18D,
])
func modernNetworksResumeBitForBit(_ architecture: ImageArchitecture) throws {
    var recipe = VisionTrainingOptions()
    (recipe.rule, recipe.epochs, recipe.batchSize, recipe.learningRate, recipe.seed) = (.adamw, 2, 8, 0.002, 3)
    recipe.decaysEverything = true
    let preprocessing = Preprocessing(size: 32, resize: 1, normalization: .imageNet)
    let images = try colouredImages(16)
    func train(from checkpoint: Checkpoint? = nil, steps: Int? = nil) throws -> (FitReport, [[Float]]) {
        var generator = RandomGenerator(seed: checkpoint == nil ? 5 : 77)
        let network = architecture.network(classes: 2, using: &generator)
        let before = network.parameters.map(\.value.floats)
        var questions = checkpoint?.progress.step ?? 0
        let report = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing).fit(
            images, from: checkpoint
        ) {
            defer { questions += 1 }
            return questions == steps
        }
        if checkpoint == nil, steps == nil {
            for (old, parameter) in zip(before, network.namedParameters()) {
                #expect(old != parameter.parameter.value.floats, "\(parameter.path)")
            }
        }
        return (report, network.state().map(\.tensor.floats))
    }
    let (straight, weights) = try train()
    #expect(straight.steps == 4 && straight.epochs.allSatisfy { $0.trainingLoss.isFinite })
    let (half, _) = try train(steps: 3)
    #expect(half.steps == 3)
    let (resumed, same) = try train(from: half.checkpoint)
    #expect(same == weights && resumed.epochs.map(\.trainingLoss) == straight.epochs.map(\.trainingLoss))
}
