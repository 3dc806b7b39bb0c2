import ZooKernels
import ZooTensor

/// The networks that can be made by name.
public enum ImageArchitecture: String, Sendable, CaseIterable, Codable {
    /// He et al. 2016, 18 layers, for ImageNet.
    case resnet18
    /// 34 layers.
    case resnet34
    /// 50 layers, in bottlenecks.
    case resnet50
    /// ResNet-50 as He et al. have it and Keras: bottlenecks halve the image in their first convolution.
    case resnet50V1 = "resnet50-v1"
    /// ResNet-18 with fastai's head: the greatest and the mean value of each channel, and a layer of 512 before the classes.
    case resnet18Fastai = "resnet18-fastai"
    /// ResNet-34 with that head.
    case resnet34Fastai = "resnet34-fastai"
    /// ResNet-50 with that head.
    case resnet50Fastai = "resnet50-fastai"
    /// ResNet-18 with a 3x3 stem, for images of 32 pixels.
    case resnet18Cifar = "resnet18-cifar"
    /// He et al. 2016, section 4.2: 20 layers, 16 to 64 channels wide, for images of 32 pixels. Where sizes change the
    /// path around a block is a 1x1 convolution.
    case resnet20Cifar = "resnet20-cifar"
    /// 14 layers, twice as wide as those of He et al.: 32 to 128 channels. For images of 32 pixels.
    case resnet14x2Cifar = "resnet14x2-cifar"
    /// 14 layers, three times as wide: 48 to 192 channels. For images of 32 pixels.
    case resnet14x3Cifar = "resnet14x3-cifar"
    /// EfficientNet-Lite0.
    case efficientnetLite0 = "efficientnet-lite0"
    /// EfficientNet-Lite1.
    case efficientnetLite1 = "efficientnet-lite1"
    /// EfficientNet-Lite2.
    case efficientnetLite2 = "efficientnet-lite2"
    /// MobileNetV2 as in torchvision.
    case mobilenetV2 = "mobilenet-v2"
    /// MobileNetV2 as in TensorFlow and Keras, which pad and normalise otherwise.
    case mobilenetV2TensorFlow = "mobilenet-v2-tf"

    /// Pixels along the side of the images that the network is made for.
    public var imageSize: Int {
        switch self {
        case .resnet18, .resnet34, .resnet50, .resnet50V1, .efficientnetLite0, .mobilenetV2, .mobilenetV2TensorFlow: 224
        case .resnet18Fastai, .resnet34Fastai, .resnet50Fastai: 224
        case .resnet18Cifar, .resnet20Cifar, .resnet14x2Cifar, .resnet14x3Cifar: 32
        case .efficientnetLite1: 240
        case .efficientnetLite2: 260
        }
    }

    /// A network with drawn weights.
    ///
    /// - Parameter classes: of the head
    package func network(classes: Int, using generator: inout RandomGenerator) -> any ImageNetwork {
        switch self {
        case .resnet18: resNet(.init(block: .basic, depths: [2, 2, 2, 2], classes: classes), &generator)
        case .resnet34: resNet(.init(block: .basic, depths: [3, 4, 6, 3], classes: classes), &generator)
        case .resnet50: resNet(.init(block: .bottleneck, depths: [3, 4, 6, 3], classes: classes), &generator)
        case .resnet50V1:
            resNet(
                .init(block: .bottleneck, depths: [3, 4, 6, 3], isHalvedFirst: true, classes: classes), &generator)
        case .resnet18Fastai:
            resNet(.init(block: .basic, depths: [2, 2, 2, 2], neck: 512, classes: classes), &generator)
        case .resnet34Fastai:
            resNet(.init(block: .basic, depths: [3, 4, 6, 3], neck: 512, classes: classes), &generator)
        case .resnet50Fastai:
            resNet(.init(block: .bottleneck, depths: [3, 4, 6, 3], neck: 512, classes: classes), &generator)
        case .resnet18Cifar:
            resNet(.init(block: .basic, depths: [2, 2, 2, 2], hasSmallStem: true, classes: classes), &generator)
        case .resnet20Cifar:
            resNet(
                .init(
                    block: .basic, depths: [3, 3, 3], widths: [16, 32, 64], hasSmallStem: true, classes: classes),
                &generator)
        case .resnet14x2Cifar:
            resNet(
                .init(
                    block: .basic, depths: [2, 2, 2], widths: [32, 64, 128], hasSmallStem: true, classes: classes),
                &generator)
        case .resnet14x3Cifar:
            resNet(
                .init(
                    block: .basic, depths: [2, 2, 2], widths: [48, 96, 192], hasSmallStem: true, classes: classes),
                &generator)
        case .efficientnetLite0: lite(1, 1, 0.2, classes, &generator)
        case .efficientnetLite1: lite(1, 1.1, 0.2, classes, &generator)
        case .efficientnetLite2: lite(1.1, 1.2, 0.3, classes, &generator)
        case .mobilenetV2: MobileNetV2(classes: classes, using: &generator)
        case .mobilenetV2TensorFlow: MobileNetV2(classes: classes, isTensorFlow: true, using: &generator)
        }
    }

    private func resNet(_ configuration: ResNetArchitecture, _ generator: inout RandomGenerator) -> ResNet {
        ResNet(configuration, using: &generator)
    }

    private func lite(
        _ width: Double, _ depth: Double, _ dropout: Float, _ classes: Int, _ generator: inout RandomGenerator
    ) -> EfficientNetLite {
        let configuration = EfficientNetLiteArchitecture(
            widthFactor: width, depthFactor: depth, dropout: dropout, classes: classes)
        return EfficientNetLite(configuration, using: &generator)
    }
}

extension ImageArchitecture {
    /// How images become what a network trained from scratch reads: small ones whole, larger ones without their border.
    package func usualPreprocessing(size: Int) -> Preprocessing {
        let isLite = [.efficientnetLite0, .efficientnetLite1, .efficientnetLite2].contains(self)
        let normalization: PixelNormalization = isLite ? .efficientNetLite : imageSize > 32 ? .imageNet : .cifar10
        // fastai cuts the middle square out before it resizes.
        let isWhole = size <= 64 || withFastaiHead == self
        return Preprocessing(size: size, resize: isWhole ? 1 : 256 / 224, normalization: normalization)
    }
}

extension ImageArchitecture {
    /// The same body with fastai's head; nil where there is none.
    package var withFastaiHead: ImageArchitecture? {
        switch self {
        case .resnet18, .resnet18Fastai: .resnet18Fastai
        case .resnet34, .resnet34Fastai: .resnet34Fastai
        case .resnet50, .resnet50Fastai: .resnet50Fastai
        default: nil
        }
    }
}
