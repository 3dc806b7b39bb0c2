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
    /// 26 layers, in bottlenecks; from timm.
    case resnet26
    /// ResNet-18 with three 3x3 convolutions in the stem and pooling on the paths around, as timm's `d` networks.
    case resnet18D = "resnet18d"
    /// ResNet-26 likewise.
    case resnet26D = "resnet26d"
    /// ResNet-34 likewise.
    case resnet34D = "resnet34d"
    /// ResNet-50 likewise.
    case resnet50D = "resnet50d"
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
    /// EfficientNet-Lite3.
    case efficientnetLite3 = "efficientnet-lite3"
    /// EfficientNet-Lite4.
    case efficientnetLite4 = "efficientnet-lite4"
    /// EfficientNet-Lite0 that was trained in timm, with PyTorch's padding and normalisation.
    case efficientnetLite0Timm = "efficientnet-lite0-timm"
    /// EfficientNet-B0 as in torchvision and timm.
    case efficientnetB0 = "efficientnet-b0"
    /// EfficientNet-B0 as in TensorFlow, which pads and normalises otherwise.
    case efficientnetB0TensorFlow = "efficientnet-b0-tf"
    /// MobileNetV2 as in torchvision.
    case mobilenetV2 = "mobilenet-v2"
    /// MobileNetV2 as in TensorFlow and Keras, which pad and normalise otherwise.
    case mobilenetV2TensorFlow = "mobilenet-v2-tf"
    /// The large MobileNetV3 as in torchvision.
    case mobilenetV3Large = "mobilenet-v3-large"
    /// The large MobileNetV3 that was trained in timm, which normalises otherwise.
    case mobilenetV3LargeTimm = "mobilenet-v3-large-timm"
    /// The large MobileNetV3 as in TensorFlow, which pads otherwise.
    case mobilenetV3LargeTensorFlow = "mobilenet-v3-large-tf"
    /// The small MobileNetV3 as in torchvision.
    case mobilenetV3Small = "mobilenet-v3-small"
    /// The small MobileNetV3 that was trained in timm.
    case mobilenetV3SmallTimm = "mobilenet-v3-small-timm"
    /// The small MobileNetV3 as in TensorFlow.
    case mobilenetV3SmallTensorFlow = "mobilenet-v3-small-tf"
    /// ConvNeXt of 40 to 320 channels; the small sizes are timm's.
    case convnextAtto = "convnext-atto"
    /// ConvNeXt of 48 to 384 channels.
    case convnextFemto = "convnext-femto"
    /// ConvNeXt of 64 to 512 channels.
    case convnextPico = "convnext-pico"
    /// ConvNeXt V2 of 40 to 320 channels.
    case convnextV2Atto = "convnextv2-atto"
    /// ConvNeXt V2 of 48 to 384 channels.
    case convnextV2Femto = "convnextv2-femto"
    /// ConvNeXt V2 of 64 to 512 channels.
    case convnextV2Pico = "convnextv2-pico"

    /// Pixels along the side of the images that the network is made for.
    public var imageSize: Int {
        switch self {
        case .resnet18Cifar, .resnet20Cifar, .resnet14x2Cifar, .resnet14x3Cifar: 32
        case .efficientnetLite1: 240
        case .efficientnetLite2: 260
        case .efficientnetLite3: 280
        case .efficientnetLite4: 300
        default: 224
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
        case .resnet26: resNet(.init(block: .bottleneck, depths: [2, 2, 2, 2], classes: classes), &generator)
        case .resnet18D: resNet(.init(block: .basic, depths: [2, 2, 2, 2], isD: true, classes: classes), &generator)
        case .resnet26D:
            resNet(.init(block: .bottleneck, depths: [2, 2, 2, 2], isD: true, classes: classes), &generator)
        case .resnet34D: resNet(.init(block: .basic, depths: [3, 4, 6, 3], isD: true, classes: classes), &generator)
        case .resnet50D:
            resNet(.init(block: .bottleneck, depths: [3, 4, 6, 3], isD: true, classes: classes), &generator)
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
        case .efficientnetLite0: EfficientNet(.init(1, 1, dropout: 0.2, classes), using: &generator)
        case .efficientnetLite1: EfficientNet(.init(1, 1.1, dropout: 0.2, classes), using: &generator)
        case .efficientnetLite2: EfficientNet(.init(1.1, 1.2, dropout: 0.3, classes), using: &generator)
        case .efficientnetLite3: EfficientNet(.init(1.2, 1.4, dropout: 0.3, classes), using: &generator)
        case .efficientnetLite4: EfficientNet(.init(1.4, 1.8, dropout: 0.3, classes), using: &generator)
        case .efficientnetLite0Timm:
            EfficientNet(.init(1, 1, dropout: 0.2, isTensorFlow: false, classes), using: &generator)
        case .efficientnetB0:
            EfficientNet(.init(1, 1, dropout: 0.2, isLite: false, isTensorFlow: false, classes), using: &generator)
        case .efficientnetB0TensorFlow:
            EfficientNet(.init(1, 1, dropout: 0.2, isLite: false, classes), using: &generator)
        case .mobilenetV2: MobileNetV2(classes: classes, using: &generator)
        case .mobilenetV2TensorFlow: MobileNetV2(classes: classes, isTensorFlow: true, using: &generator)
        case .mobilenetV3Large: mobile(true, .torchvision, classes, &generator)
        case .mobilenetV3LargeTimm: mobile(true, .timm, classes, &generator)
        case .mobilenetV3LargeTensorFlow: mobile(true, .tensorFlow, classes, &generator)
        case .mobilenetV3Small: mobile(false, .torchvision, classes, &generator)
        case .mobilenetV3SmallTimm: mobile(false, .timm, classes, &generator)
        case .mobilenetV3SmallTensorFlow: mobile(false, .tensorFlow, classes, &generator)
        case .convnextAtto: convNeXt(40, 1, classes, &generator)
        case .convnextFemto: convNeXt(48, 1, classes, &generator)
        case .convnextPico: convNeXt(64, 1, classes, &generator)
        case .convnextV2Atto: convNeXt(40, 2, classes, &generator)
        case .convnextV2Femto: convNeXt(48, 2, classes, &generator)
        case .convnextV2Pico: convNeXt(64, 2, classes, &generator)
        }
    }

    private func resNet(_ configuration: ResNetArchitecture, _ generator: inout RandomGenerator) -> ResNet {
        ResNet(configuration, using: &generator)
    }

    private func mobile(
        _ isLarge: Bool, _ origin: MobileNetV3Architecture.Origin, _ classes: Int, _ generator: inout RandomGenerator
    ) -> MobileNetV3 {
        MobileNetV3(.init(isLarge: isLarge, origin: origin, classes: classes), using: &generator)
    }

    private func convNeXt(
        _ width: Int, _ version: Int, _ classes: Int, _ generator: inout RandomGenerator
    ) -> ConvNeXt {
        ConvNeXt(
            .init(widths: [1, 2, 4, 8].map { $0 * width }, isVersion2: version == 2, classes: classes),
            using: &generator)
    }
}

extension ImageArchitecture {
    /// How images become what a network trained from scratch reads: small ones whole, larger ones without their border.
    package func usualPreprocessing(size: Int) -> Preprocessing {
        let normalization: PixelNormalization =
            switch self {
            case .efficientnetLite0, .efficientnetLite1, .efficientnetLite2, .efficientnetLite3, .efficientnetLite4:
                .efficientNetLite
            case .mobilenetV3LargeTensorFlow, .mobilenetV3SmallTensorFlow: .signed
            default: imageSize > 32 ? .imageNet : .cifar10
            }
        // fastai cuts the middle square out before it resizes.
        let isWhole = size <= 64 || withFastaiHead == self
        return Preprocessing(size: size, resize: isWhole ? 1 : 256 / 224, normalization: normalization)
    }

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
