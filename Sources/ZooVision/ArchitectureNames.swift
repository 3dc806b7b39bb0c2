/// What other programs call the networks.
extension ImageArchitecture {
    /// The network of a name: Zoo's, or that of timm, torchvision or Keras, with or without `timm/` before and the weights' tag behind
    /// (`timm/mobilenetv3_small_100.lamb_in1k`).
    ///
    /// Names of Zoo have dashes, those of the others underscores: `efficientnet-lite0` is TensorFlow's, `efficientnet_lite0` timm's own.
    package init?(named name: String) {
        if let own = ImageArchitecture(rawValue: name) {
            self = own
            return
        }
        let plain = (name.split(separator: "/").last ?? "").split(separator: ".").first.map { $0.lowercased() }
        guard let plain,
            let found = Self.allCases.first(where: { $0.namesInTimm.contains(plain) })
                ?? Self.allCases.first(where: { $0.otherNames.contains(plain) })
        else { return nil }
        self = found
    }

    /// Networks of timm with the same arithmetic, the usual one first; empty for networks that it does not have. Those with other
    /// pooling (`resnetaa50`, `resnetblur50`) or padding (`efficientnet_lite0` beside `tf_efficientnet_lite0`) have the same arrays and
    /// are others.
    package var namesInTimm: [String] {
        switch self {
        case .resnet18, .resnet34, .resnet50:
            ["", "tv_", "gluon_", "ssl_", "swsl_", "ig_"].flatMap { ["\($0)\(rawValue)", "\($0)\(rawValue)_v1b"] }
        case .resnet26, .resnet18D, .resnet26D, .resnet34D, .resnet50D: [rawValue]
        case .efficientnetLite0, .efficientnetLite1, .efficientnetLite2, .efficientnetLite3, .efficientnetLite4:
            ["tf_" + rawValue.replacing("-", with: "_")]
        case .efficientnetLite0Timm: ["efficientnet_lite0"]
        case .efficientnetB0: ["efficientnet_b0"]
        case .efficientnetB0TensorFlow: ["tf_efficientnet_b0", "tf_efficientnet_b0_ap", "tf_efficientnet_b0_ns"]
        case .mobilenetV2: ["mobilenetv2_100"]
        case .mobilenetV3LargeTimm: ["mobilenetv3_large_100"]
        case .mobilenetV3LargeTensorFlow: ["tf_mobilenetv3_large_100"]
        case .mobilenetV3SmallTimm: ["mobilenetv3_small_100"]
        case .mobilenetV3SmallTensorFlow: ["tf_mobilenetv3_small_100"]
        case .convnextAtto, .convnextFemto, .convnextPico, .convnextV2Atto, .convnextV2Femto, .convnextV2Pico:
            [rawValue.replacing("-", with: "_")]
        case .resnet50V1, .resnet18Fastai, .resnet34Fastai, .resnet50Fastai, .resnet18Cifar, .resnet20Cifar,
            .resnet14x2Cifar, .resnet14x3Cifar, .mobilenetV2TensorFlow, .mobilenetV3Large, .mobilenetV3Small:
            []
        }
    }

    /// Names in torchvision and, in small letters, in Keras.
    package var otherNames: [String] {
        switch self {
        case .mobilenetV2: ["mobilenet_v2", "mobilenetv2"]
        case .mobilenetV3Large: ["mobilenet_v3_large"]
        case .mobilenetV3Small: ["mobilenet_v3_small"]
        case .resnet18, .resnet34, .resnet50, .efficientnetB0: [rawValue.replacing("-", with: "_")]
        default: []
        }
    }

    /// Whether it is an EfficientNet, whose images are resized bicubically everywhere.
    package var isEfficientNet: Bool { rawValue.hasPrefix("efficientnet") }

    /// Networks with the same arrays that calculate otherwise: others here, by Zoo's names, and of timm.
    package var lookAlikes: [String] {
        switch self {
        case .resnet18, .resnet34, .resnet50: ["resnetaa50", "resnetblur50"]
        case .efficientnetLite0: ["efficientnet-lite0-timm"]
        case .efficientnetLite0Timm: ["efficientnet-lite0"]
        case .efficientnetB0: ["efficientnet-b0-tf"]
        case .efficientnetB0TensorFlow: ["efficientnet-b0"]
        case .mobilenetV3LargeTimm: ["mobilenet-v3-large-tf"]
        case .mobilenetV3LargeTensorFlow: ["mobilenet-v3-large-timm"]
        case .mobilenetV3SmallTimm: ["mobilenet-v3-small-tf"]
        case .mobilenetV3SmallTensorFlow: ["mobilenet-v3-small-timm"]
        default: []
        }
    }
}
