import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor
import ZooVision

/// The speed of networks for images, the work of the peers' script: drawn images, drawn weights, all threads.
package struct VisionTiming: Sendable, Equatable {
    /// What can be timed.
    package enum Part: String, Sendable, CaseIterable {
        /// Steps of the ResNet-18 for images of 32 pixels.
        case train
        /// Answers of networks to images of 224 pixels.
        case infer
        /// Making what a network sees of a JPEG file, on one thread.
        case decode
    }

    /// The speed of one network's answers.
    package struct Inference: Sendable, Equatable {
        /// The network.
        package let network: ImageArchitecture
        /// Images over the median time of a batch, of 224 pixels.
        package let imagesPerSecond: Double
    }

    /// Images that are answered together.
    package let batch: Int
    /// Images over the median time of a step of 64 images: forward, backward, SGD with momentum.
    package let trainImagesPerSecond: Double?
    /// The most memory that the process held until the end of that training, in units of 2^20 bytes.
    package let trainPeakMegabytes: Double?
    /// The networks' answers.
    package let inference: [Inference]
    /// JPEG files of 500x375 pixels made tensors of 224 in a second, on one thread.
    package let decodeImagesPerSecond: Double?

    /// The networks that are timed in inference.
    package static let networks: [ImageArchitecture] = [.resnet18, .resnet34, .resnet50, .efficientnetLite0]

    /// Trains first, for the peak of memory to be its own, and answers.
    ///
    /// - Parameter batch: images that are answered together
    /// - Parameter rounds: times that count, of which the median is taken
    /// - Throws: `ImageError` if there is no memory for the image that is decoded
    package static func measure(
        _ parts: Set<Part> = Set(Part.allCases), batch: Int = 16, rounds: Int = 5
    ) throws -> VisionTiming {
        let rate = parts.contains(.train) ? trainingRate(batch: 64, rounds: rounds) : nil
        let peak = rate.map { _ in ProcessMemory.peakMegabytes }
        let inference = (parts.contains(.infer) ? networks : []).map {
            Inference(network: $0, imagesPerSecond: inferenceRate($0, batch: batch, rounds: rounds))
        }
        let decoding = try parts.contains(.decode) ? DecodeTiming.photograph() : nil
        return VisionTiming(
            batch: batch, trainImagesPerSecond: rate, trainPeakMegabytes: peak, inference: inference,
            decodeImagesPerSecond: decoding?.decodeImagesPerSecond)
    }

    private static func trainingRate(batch: Int, rounds: Int) -> Double {
        var generator = RandomGenerator(seed: 0)
        let network = ImageArchitecture.resnet18Cifar.network(classes: 10, using: &generator)
        let images = Tensor.normal([batch, 32, 32, 3], using: &generator)
        let targets = Tensor((0..<batch).map { _ in Int32.random(in: 0..<10, using: &generator) })
        let optimizer = Optimizer(network.parameters, rule: SGD(momentum: 0.9))
        let seconds = medianSeconds(rounds: rounds) {
            optimizer.step(gradients(of: network, images, targets, &generator), rate: 0.05)
        }
        return Double(batch) / seconds
    }

    /// In a separate function: the record of the forward pass must be gone before the step.
    private static func gradients(
        of network: any ImageNetwork, _ images: Tensor, _ targets: Tensor, _ generator: inout RandomGenerator
    ) -> [Gradient?] {
        let loss = crossEntropy(network.logits(images, .training, using: &generator), targets)
        return ZooTensor.gradients(of: loss, withRespectTo: network.parameters.map(\.value))
    }

    private static func inferenceRate(_ architecture: ImageArchitecture, batch: Int, rounds: Int) -> Double {
        var generator = RandomGenerator(seed: 0)
        let network = architecture.network(classes: 1000, using: &generator)
        let images = Tensor.normal([batch, 224, 224, 3], using: &generator)
        let plan = InferencePlan()
        let seconds = network.withoutGradients {
            medianSeconds(rounds: rounds) { _ = network.logits(images, plan: plan) }
        }
        return Double(batch) / seconds
    }

    /// The median of `rounds` calls, after two that warm up.
    private static func medianSeconds(rounds: Int, _ work: () -> Void) -> Double {
        for _ in 0..<2 { work() }
        let times = (0..<max(1, rounds)).map { _ in
            let start = ContinuousClock.now
            work()
            return (ContinuousClock.now - start) / .seconds(1)
        }
        return times.sorted()[times.count / 2]
    }
}

extension VisionTiming: Encodable {
    /// One key a figure: `resnet18_infer_images_per_second`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(batch, forKey: Key("batch"))
        try container.encodeIfPresent(trainImagesPerSecond, forKey: Key("resnet18_cifar_train_images_per_second"))
        try container.encodeIfPresent(trainPeakMegabytes, forKey: Key("resnet18_cifar_train_peak_megabytes"))
        for timing in inference {
            let name = timing.network.rawValue.replacing("-", with: "_")
            try container.encode(timing.imagesPerSecond, forKey: Key("\(name)_infer_images_per_second"))
        }
        try container.encodeIfPresent(decodeImagesPerSecond, forKey: Key("decode_images_per_second"))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}
