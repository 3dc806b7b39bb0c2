import ZooVision

/// Why foreign weights are not those of a network: every name that does not fit.
package struct ImportMismatch: Error, Encodable, CustomStringConvertible {
    /// The file.
    package let file: String
    /// The network that was asked for.
    package let architecture: String
    /// Names of the network that the file lacks.
    package let missing: [String]
    /// Names of the file that the network lacks.
    package let unexpected: [String]
    /// Names whose shapes or types differ, with both: `fc.weight: [10, 512], not [1000, 512]`.
    package let misshapen: [String]
    /// A network that the weights do fit; nil where none is known.
    @StableKey package var fits: String?
    /// What the names look like; nil where they look like nothing that is known.
    @StableKey package var looksLike: String?

    /// The same, with a network that the weights do fit.
    func fitting(_ other: String?) -> ImportMismatch {
        ImportMismatch(
            file: file, architecture: architecture, missing: missing, unexpected: unexpected, misshapen: misshapen,
            fits: other, looksLike: looksLike)
    }

    /// It in one line, with the first names of each kind; the numbers alone where it is the wrong network that was asked for.
    package var description: String {
        if let fits {
            return "\(file) does not fit \(architecture), nothing was imported; it fits --arch \(fits) "
                + "(\(missing.count) arrays missing, \(unexpected.count) unexpected, \(misshapen.count) misshapen; "
                + "--json names them)"
        }
        let lists = [("missing", missing), ("unexpected", unexpected), ("misshapen", misshapen)]
            .filter { !$0.1.isEmpty }.map { "\($0.0) (\($0.1.count)): \(Self.first($0.1))" }
        let isCut = [missing, unexpected, misshapen].contains { $0.count > Self.mostNames }
        return "\(file) does not fit \(architecture), nothing was imported; "
            + (looksLike.map { "its names look like those of \($0); " } ?? "") + lists.joined(separator: "; ")
            + (isCut ? "; --json names them all" : "")
    }

    private static let mostNames = 5
    private static let mostCharacters = 80

    private static func first(_ names: [String]) -> String {
        let first = names.prefix(mostNames).map {
            $0.count > mostCharacters ? $0.prefix(mostCharacters) + "…" : $0[...]
        }
        return first.joined(separator: ", ") + (names.count > mostNames ? ", …" : "")
    }

    /// What names of arrays look like.
    static func guess(_ names: [String]) -> String? {
        func has(_ parts: String...) -> Bool { parts.allSatisfy { part in names.contains { $0.contains(part) } } }
        let forms: [(Bool, String)] = [
            (has("encoder.layer.", "attention"), "a transformer for texts (BERT and its like)"),
            (has("self_attn.", "mlp."), "a large language model"),
            (has("patch_embed"), "a vision transformer"),
            (has("denselayer"), "DenseNet"), (has("conv_stem", "blocks."), "EfficientNet or MobileNet in timm"),
            (has("stages.", "conv_dw") || has("dwconv"), "ConvNeXt"),
            (has(".se_module.") || has(".se."), "a network with squeeze and excitation"),
            (has("features.0.weight", "classifier.6"), "VGG or AlexNet"),
            (has("0.encoder.weight", "rnns."), "fastai's language model (AWD_LSTM)"),
            (has("u_weight", "i_weight"), "fastai's collab_learner"),
            (has("embeds.0.weight"), "fastai's tabular_learner"),
            (has("weight_ih_l0"), "a recurrent network"), (has("user_embedding"), "a recommender"),
            (has("0.4.0.conv1") || has("1.8.weight"), "fastai's vision_learner"),
            (has("anchors") || has("model.24."), "a detector of objects (YOLO)"),
        ]
        return forms.first { $0.0 }?.1
    }
}
