import ZooWeights

extension ForeignWeights {
    /// The arrays of fastai's `vision_learner` under torchvision's names, the normalisations of its head multiplied into the layers;
    /// nil for other files.
    ///
    /// The body is the network without its last two parts, counted (`0.4.0.conv1.weight`); the head (`1.`) takes the greatest and
    /// the mean value of each channel: normalisation, linear layer, ReLU, normalisation, linear layer.
    /// - Source: fastai 2.8.12, `create_body` and `create_head`
    /// - Throws: `WorkflowError.invalid` for a head of another form
    func ofFastai(file: String) throws -> ForeignWeights? {
        let arrays = ForeignArrays(entries, file: file)
        guard arrays.has("0.0.weight", "0.4.0.conv1.weight") else { return nil }
        let head = arrays.names.filter { $0.hasPrefix("1.") && $0.hasSuffix(".weight") }
        guard head == ["1.2.weight", "1.4.weight", "1.6.weight", "1.8.weight"], !arrays.has("1.4.bias"),
            !arrays.has("1.8.bias"),
            let width = arrays.shape("1.2.weight")?.first
        else {
            throw arrays.refusal(
                "its head (\(head.joined(separator: ", "))) is not vision_learner's own, with two normalisations and a layer of 512"
            )
        }
        let (first, last) = (try arrays.matrix("1.4.weight"), try arrays.matrix("1.8.weight"))
        guard first.width == width, first.rows == 512, last.width == 512 else {
            throw arrays.refusal("its head has a layer of \(first.rows), and 512 are known")
        }
        let neck = FastaiLayer(weight: first, bias: nil).linear(
            before: [try FastaiLayer.norm(arrays, "1.2", width)])
        let classes = FastaiLayer(weight: last, bias: nil).linear(before: [try FastaiLayer.norm(arrays, "1.6", 512)])
        let parts = [
            "0.0.": "conv1.", "0.1.": "bn1.", "0.4.": "layer1.", "0.5.": "layer2.", "0.6.": "layer3.",
            "0.7.": "layer4.",
        ]
        let body = entries.filter { !$0.path.hasPrefix("1.") }.map { entry in
            let prefix = String(entry.path.prefix(4))
            return entry.renamed(parts[prefix].map { $0 + entry.path.dropFirst(4) } ?? entry.path)
        }
        func linear(_ path: String, _ layer: FoldedLinear) -> [WeightEntry] {
            let weight = ForeignMatrix(values: layer.weight, rows: layer.inputs, width: layer.outputs).transposed
            return [
                WeightEntry(
                    path: path + ".weight", shape: [layer.outputs, layer.inputs], values: .float32(weight.values)),
                WeightEntry(path: path + ".bias", shape: [layer.outputs], values: .float32(layer.bias)),
            ]
        }
        return replacing(body + linear("neck", neck) + linear("fc", classes))
    }
}
