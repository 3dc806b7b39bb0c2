import ZooVision

/// The layers of a network of `keras.applications` as the arithmetic here follows them, for images of one size.
///
/// - Source: Keras 3.15, applications/resnet.py (`ResNet50`) and applications/mobilenet_v2.py (`MobileNetV2`, alpha 1)
struct KerasNetwork {
    /// A layer: what it calculates, from which others.
    struct Node {
        let kind: String
        let settings: [KerasSetting]
        /// Places in `nodes`, sorted; 0 is the image.
        let inputs: [Int]
        /// Where its arrays are here; empty for layers without weights.
        let path: String
    }

    /// All layers, each behind those that it reads; the first is the image, the last one's output is pooled.
    private(set) var nodes = [Node(kind: "InputLayer", settings: [], inputs: [], path: "")]

    /// - Parameter side: pixels along the side of an image, which TensorFlow's padding depends on
    init(_ architecture: ImageArchitecture, side: Int) {
        if architecture == .resnet50V1 { addResNet50() } else { addMobileNetV2(side: side) }
    }

    private mutating func add(_ kind: String, _ settings: [KerasSetting], _ inputs: [Int], path: String = "") -> Int {
        nodes.append(Node(kind: kind, settings: settings, inputs: inputs.sorted(), path: path))
        return nodes.count - 1
    }

    private mutating func convolution(
        _ input: Int, _ filters: Int, kernel: Int, stride: Int = 1, padding: String = "valid", hasBias: Bool = false,
        path: String
    ) -> Int {
        let geometry = KerasSetting.geometry(kernel, stride, kernel == 1 ? "valid" : padding, hasBias: hasBias)
        return add("Conv2D", [KerasSetting("filters", filters)] + geometry, [input], path: path)
    }

    private mutating func norm(_ input: Int, epsilon: Double, path: String) -> Int {
        add("BatchNormalization", KerasSetting.norm(epsilon: epsilon), [input], path: path)
    }

    private mutating func relu(_ input: Int, most: Double? = nil) -> Int {
        add("ReLU", KerasSetting.relu(most: most), [input])
    }

    private mutating func padded(_ input: Int, _ start: Int, _ end: Int) -> Int {
        add("ZeroPadding2D", [KerasSetting("padding", "(\(start), \(end)), (\(start), \(end))")], [input])
    }

    private mutating func addResNet50() {
        func normalized(
            _ network: inout KerasNetwork, _ input: Int, _ filters: Int, _ kernel: Int, _ stride: Int,
            _ padding: String,
            _ paths: (String, String)
        ) -> Int {
            let x = network.convolution(
                input, filters, kernel: kernel, stride: stride, padding: padding, hasBias: true, path: paths.0)
            return network.norm(x, epsilon: 1.001e-5, path: paths.1)
        }
        var x = normalized(&self, padded(0, 3, 3), 64, 7, 2, "valid", ("conv1", "bn1"))
        x = padded(relu(x), 1, 1)
        x = add("MaxPooling2D", KerasSetting.window(3, 2, "valid"), [x])
        for (stage, depth) in [3, 4, 6, 3].enumerated() {
            for block in 0..<depth {
                let (filters, path) = (64 << stage, "layer\(stage + 1).\(block)")
                let stride = block == 0 && stage > 0 ? 2 : 1
                func names(_ part: Int) -> (String, String) { ("\(path).conv\(part)", "\(path).bn\(part)") }
                var shortcut = x
                if block == 0 {
                    shortcut = normalized(
                        &self, x, 4 * filters, 1, stride, "valid", (path + ".downsample.0", path + ".downsample.1"))
                }
                x = relu(normalized(&self, x, filters, 1, stride, "valid", names(1)))
                x = relu(normalized(&self, x, filters, 3, 1, "same", names(2)))
                x = normalized(&self, x, 4 * filters, 1, 1, "valid", names(3))
                x = relu(add("Add", [], [shortcut, x]))
            }
        }
    }

    private mutating func addMobileNetV2(side: Int) {
        var side = (side + 1) / 2
        var x = convolution(0, 32, kernel: 3, stride: 2, padding: "same", path: "features.0.0")
        x = relu(norm(x, epsilon: 1e-3, path: "features.0.1"), most: 6)
        var (width, number) = (32, 0)
        for (expansion, outputs, depth, firstStride) in [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ] {
            for block in 0..<depth {
                number += 1
                let (input, path) = (x, "features.\(number).conv")
                let stride = block == 0 ? firstStride : 1
                let first = expansion > 1 ? 1 : 0
                if expansion > 1 {
                    x = convolution(x, expansion * width, kernel: 1, path: path + ".0.0")
                    x = relu(norm(x, epsilon: 1e-3, path: path + ".0.1"), most: 6)
                }
                if stride == 2 {
                    x = padded(x, side % 2, 1)
                    side = (side + 1) / 2
                }
                x = add(
                    "DepthwiseConv2D", KerasSetting.geometry(3, stride, stride == 2 ? "valid" : "same", hasBias: false),
                    [x], path: "\(path).\(first).0")
                x = relu(norm(x, epsilon: 1e-3, path: "\(path).\(first).1"), most: 6)
                x = convolution(x, outputs, kernel: 1, path: "\(path).\(first + 1)")
                x = norm(x, epsilon: 1e-3, path: "\(path).\(first + 2)")
                if stride == 1, width == outputs { x = add("Add", [], [input, x]) }
                width = outputs
            }
        }
        x = convolution(x, 1280, kernel: 1, path: "features.18.0")
        _ = relu(norm(x, epsilon: 1e-3, path: "features.18.1"), most: 6)
    }
}

/// A setting of a layer that changes what it calculates, in words: two layers calculate the same where all are equal.
struct KerasSetting: Hashable {
    let name: String
    let value: String

    init(_ name: String, _ value: some CustomStringConvertible) { (self.name, self.value) = (name, value.description) }

    static func window(_ size: Int, _ stride: Int, _ padding: String) -> [KerasSetting] {
        [
            KerasSetting("size", "\(size)x\(size)"), KerasSetting("stride", "\(stride)x\(stride)"),
            KerasSetting("padding", padding),
        ]
    }

    static func geometry(_ kernel: Int, _ stride: Int, _ padding: String, hasBias: Bool) -> [KerasSetting] {
        window(kernel, stride, padding) + [
            KerasSetting("dilation", "1x1"), KerasSetting("groups", 1), KerasSetting("activation", "linear"),
            KerasSetting("bias", hasBias),
        ]
    }

    static func norm(epsilon: Double) -> [KerasSetting] {
        [
            KerasSetting("axis", -1), KerasSetting("epsilon", epsilon), KerasSetting("center", true),
            KerasSetting("scale", true),
        ]
    }

    static func relu(most: Double?) -> [KerasSetting] {
        [
            KerasSetting("max_value", most.map { "\($0)" } ?? "none"), KerasSetting("negative_slope", 0.0),
            KerasSetting("threshold", 0.0),
        ]
    }
}

extension KerasLayer {
    /// What the layer calculates, in the terms of `KerasNetwork`. Padding around a kernel of one pixel is none.
    var arithmetic: (kind: String, settings: [KerasSetting]) {
        switch kind {
        case "Conv2D", "Convolution2D": ("Conv2D", [setting("filters")] + geometry)
        // More than one output a channel shows in the shape of the weights.
        case "DepthwiseConv2D": (kind, geometry)
        case "BatchNormalization":
            (
                kind,
                [
                    KerasSetting("axis", ["-1", "3", "[3]", "[-1]"].contains(text("axis")) ? "-1" : text("axis")),
                    setting("epsilon"), setting("center"), setting("scale"),
                ]
            )
        case "ReLU":
            (
                kind,
                [
                    KerasSetting("max_value", number("max_value") ?? "none"),
                    KerasSetting("negative_slope", number("negative_slope") ?? "0.0"),
                    KerasSetting("threshold", number("threshold") ?? "0.0"),
                ]
            )
        case "Activation" where text("activation") == "relu": ("ReLU", KerasSetting.relu(most: nil))
        case "Activation" where text("activation") == "relu6": ("ReLU", KerasSetting.relu(most: 6))
        case "Activation": ("Activation", [setting("activation")])
        case "ZeroPadding2D": (kind, [KerasSetting("padding", padding)])
        case "MaxPooling2D", "MaxPool2D":
            (
                "MaxPooling2D",
                [KerasSetting("size", pair("pool_size")), KerasSetting("stride", pair("strides")), setting("padding")]
            )
        default: (kind, [])
        }
    }

    private var geometry: [KerasSetting] {
        [
            KerasSetting("size", pair("kernel_size")), KerasSetting("stride", pair("strides")),
            KerasSetting("padding", pair("kernel_size") == "1x1" ? "valid" : text("padding")),
            KerasSetting("dilation", pair("dilation_rate")), KerasSetting("groups", number("groups") ?? "1"),
            KerasSetting("activation", text("activation")), KerasSetting("bias", text("use_bias")),
        ]
    }

    private func setting(_ name: String) -> KerasSetting { KerasSetting(name, number(name) ?? text(name)) }

    /// A number as it is compared: whole ones without a point, as they are written.
    private func number(_ name: String) -> String? {
        switch settings[name] {
        case .integer(let value) where ["max_value", "negative_slope", "threshold"].contains(name): "\(Double(value))"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        // Older versions wrote arrays without axes so.
        case .object(let members): members["value"]?.kerasNumber.map { "\($0)" }
        default: nil
        }
    }

    /// A setting as text; a function by its name.
    func text(_ name: String) -> String {
        switch settings[name] {
        case .text(let text): text
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .array(let values): "[" + values.map(\.kerasText).joined(separator: ", ") + "]"
        case .object(let members):
            switch (members["class_name"], members["config"]) {
            case (.text("function"), .text(let function)): "function " + function
            case (.text(let kind), _): kind
            default: "unknown"
            }
        default: "none"
        }
    }

    /// `3x3`, of a number or of two.
    private func pair(_ name: String) -> String {
        switch settings[name] {
        case .integer(let side): "\(side)x\(side)"
        case .array(let sides): sides.map(\.kerasText).joined(separator: "x")
        default: "none"
        }
    }

    /// `(1, 1), (1, 1)`: before and behind, of height and width.
    private var padding: String {
        guard case .array(let axes) = settings["padding"] else {
            let all = text("padding")
            return "(\(all), \(all)), (\(all), \(all))"
        }
        return axes.map { axis in
            guard case .array(let ends) = axis else { return "(\(axis.kerasText), \(axis.kerasText))" }
            return "(" + ends.map(\.kerasText).joined(separator: ", ") + ")"
        }.joined(separator: ", ")
    }
}
