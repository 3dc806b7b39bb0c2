import Testing
import ZooKernels
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights

import ZooWorkflows

/// A small network with drawn weights and running statistics that are not those of the start.
func drawnVision(
    _ architecture: ImageArchitecture = .resnet20Cifar, classes: [String] = ["cats", "dogs", "Übel"], seed: UInt64 = 3
) -> StoredVision {
    var generator = RandomGenerator(seed: seed)
    let network = architecture.network(classes: classes.count, using: &generator)
    for (path, buffer) in network.namedBuffers() {
        let range: Range<Double> = path.hasSuffix("running_var") ? 0.5..<2 : -0.5..<0.5
        buffer.value = .uniform(buffer.value.shape, in: range, using: &generator)
    }
    return StoredVision(
        network: network, classes: classes,
        configuration: VisionFileConfiguration(
            architecture: architecture, preprocessing: Preprocessing(size: 32, resize: 1, normalization: .cifar10)))
}

extension StoredVision {
    fileprivate func file() throws -> ModelFile { ModelFile(try contents(), created: "2026-11-24") }
}

@Suite struct StoredVisionTests {
    @Test func aNetworkComesBackWithItsRunningStatistics() throws {
        let stored = drawnVision()
        let file = try ModelFile(decoding: stored.file().encoded())
        #expect(file.kind == "vision" && file.architecture == "resnet20-cifar")
        #expect(file.weight("layer2.0.downsample.1.running_var") != nil && file.vocabulary("class")?.count == 3)
        let read = try #require(file.model() as? StoredVision)
        #expect(read.classes == stored.classes && read.configuration == stored.configuration)
        var generator = RandomGenerator(seed: 1)
        let images = Tensor.normal([2, 32, 32, 3], using: &generator)
        let (before, after) = [stored, read].map { $0.network.logits(images, plan: InferencePlan()).floats }.pair
        #expect(before == after)
    }

    @Test func halvedWeightsAnswerNearlyAlike() throws {
        let stored = drawnVision()
        let file = try ModelFile(decoding: stored.file().halved().encoded())
        var generator = RandomGenerator(seed: 1)
        let images = Tensor.normal([2, 32, 32, 3], using: &generator)
        let whole = stored.network.logits(images, plan: InferencePlan())
        let half = try #require(file.model() as? StoredVision).network.logits(images, plan: InferencePlan())
        try assertClose(half, whole, relative: 0.02, absolute: 0.02)
    }

    @Test func embeddingsAreTheHeadByClass() {
        let stored = drawnVision()
        let (embeddings, weights) = (stored.embeddings[0], stored.network.head.weight.value.floats)
        #expect(embeddings.keys == stored.classes && embeddings.field == "class")
        #expect(embeddings.vector(1) == (0..<64).map { weights[$0 * 3 + 1] })
        #expect(embeddings.biases == stored.network.head.bias?.value.floats)
    }

    @Test func filesThatDoNotFitAreRefused() throws {
        let whole = try drawnVision().file()
        func expect(_ reason: String, _ change: (inout ModelFile) -> Void) {
            var file = whole
            change(&file)
            let error = #expect(throws: WeightError.self, "\(reason)") { try file.model() }
            #expect(error?.description.contains(reason) == true, "\(reason): \(String(describing: error))")
        }
        expect("'pictures' is not a kind of model") { $0.kind = "pictures" }
        expect("configuration of this architecture") { $0.configuration = "{}" }
        expect("configuration of this architecture") {
            $0.configuration.replace("resnet20-cifar", with: "resnet99")
        }
        expect("/config") { $0.configuration.replace("\"size\":32", with: "\"size\":0") }
        expect("/config") { $0.configuration.replace("\"size\":32", with: "\"size\":1000000000") }
        expect("/config") { $0.configuration.replace("\"mean\":[", with: "\"mean\":[1,") }
        expect("the file of 'resnet18'") { $0.architecture = "resnet18" }
        expect("one name for each class") { $0.vocabularies = [] }
        expect("one name for each class") { $0.vocabularies = [("class", ["a", "b", "a"])] }
        expect("no head for the 2 classes") { $0.vocabularies = [("class", ["a", "b"])] }
        expect("missing: bn1.running_mean") { $0.weights.removeAll { $0.path == "bn1.running_mean" } }
        expect("misshapen: bn1.bias: [17], not [16]") { file in
            file.weights = file.weights.map { entry in
                entry.path == "bn1.bias"
                    ? WeightEntry(path: entry.path, shape: [17], values: .float32(.init(repeating: 0, count: 17)))
                    : entry
            }
        }
    }
}

extension Array {
    /// The first two.
    fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
