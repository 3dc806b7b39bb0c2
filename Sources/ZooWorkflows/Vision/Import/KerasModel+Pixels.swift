extension KerasModel {
    /// An image that a layer has changed; nil for a layer of the network itself.
    func prepared(
        _ layer: KerasLayer, _ image: KerasPixels, _ values: [JSONValue], _ counted: String
    ) throws(Refusal) -> Signal? {
        func refusal(_ reason: String) -> Refusal { Refusal("its layer '\(layer.name)' (\(layer.kind)) \(reason)") }
        let (zeros, ones) = ([0.0, 0, 0], [1.0, 1, 1])
        switch layer.kind {
        case "Rescaling":
            guard let scale = layer.settings["scale"]?.kerasColours,
                let offset = (layer.settings["offset"] ?? .integer(0)).kerasColours
            else { throw refusal("has a scale or an offset that is not one number, or three") }
            return .image(image.scaled(scale, plus: offset))
        case "Normalization":
            guard ["-1", "3", "[-1]", "[3]"].contains(layer.text("axis")), layer.text("invert") != "true" else {
                throw refusal("is not one of the colours (axis -1)")
            }
            let said = (layer.settings["mean"]?.kerasColours, layer.settings["variance"]?.kerasColours)
            let learned = statistics[isCounted ? counted : layer.name]
            guard let mean = said.0 ?? learned?.mean, let variance = said.1 ?? learned?.variance else {
                throw refusal("has no mean and variance of three colours in the file")
            }
            // Keras: (x - mean) / max(sqrt(variance), 1e-7)
            let scales = variance.map { 1 / max($0.squareRoot(), 1e-7) }
            return .image(image.scaled(scales, plus: zip(mean, scales).map { -$0 * $1 }))
        case "GetItem", "__operators__.getitem": return try item(values, image, refusal)
        case "Add", "Subtract", "Multiply", "TrueDivide", "Divide", "math.add", "__operators__.add", "nn.bias_add",
            "math.subtract", "__operators__.sub", "math.multiply", "__operators__.mul", "math.truediv", "math.divide",
            "__operators__.truediv":
            let isFirst = values.first == .null
            guard let operand = values.last?.kerasColours else { throw refusal("calculates with more than numbers") }
            let name = layer.kind.lowercased()
            switch (isFirst, name.contains("add"), name.contains("sub"), name.contains("mul")) {
            case (_, true, _, _): return .image(image.scaled(ones, plus: operand))
            case (false, _, true, _): return .image(image.scaled(ones, plus: operand.map { -$0 }))
            case (true, _, true, _): return .image(image.scaled(ones.map { -$0 }, plus: operand))
            case (_, _, _, true): return .image(image.scaled(operand, plus: zeros))
            case (false, _, _, _): return .image(image.scaled(operand.map { 1 / $0 }, plus: zeros))
            default: throw refusal("divides a number by pixels")
            }
        default:
            if network.nodes.contains(where: { $0.inputs == [0] && $0.kind == layer.arithmetic.kind }) { return nil }
            throw refusal(
                "changes an image in a way that is not known here: scaling (Rescaling, Normalization, x / 255) is; do the "
                    + "rest before the model, and save it without")
        }
    }

    /// `x[..., 0]` or `x[..., ::-1]`.
    private func item(
        _ values: [JSONValue], _ image: KerasPixels, _ refusal: (String) -> Refusal
    ) throws(Refusal) -> Signal {
        guard case .array(let parts) = values.last, parts.count == 2, let last = parts.last,
            case .object(let first) = parts[0], first["class_name"] == .text("__ellipsis__")
        else { throw refusal("takes a part of an image") }
        if case .integer(let place) = last, (0..<3).contains(place) {
            return .channel(image.channels[Int(place)])
        }
        var members: [String: JSONValue] = [:]
        if case .object(let found) = last { members = found }
        if case .object(let inner) = members["config"] { members = inner }
        guard members["step"] == .integer(-1), [nil, .null].contains(members["start"]),
            [nil, .null].contains(members["stop"])
        else { throw refusal("takes a part of an image") }
        return .image(image.reversed)
    }
}
