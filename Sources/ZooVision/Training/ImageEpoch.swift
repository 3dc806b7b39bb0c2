import ZooLearn

extension EpochReport {
    /// The side of the images that were learned from, in pixels; 0 in a training without images.
    package var imageSize: Int { metric("size").flatMap { Int(exactly: $0) } ?? 0 }

    /// What the validation images measured; nil without any.
    package var imageMetrics: VisionMetrics? { VisionMetrics(validationLoss, metric) }
}

extension EpochMeasures {
    /// What an epoch on images measured.
    init(_ valid: VisionMetrics?, imageSize: Int) {
        self.init(
            validationLoss: valid?.loss,
            metrics: [MetricValue(name: "size", value: Double(imageSize))] + (valid?.values ?? []))
    }

    /// What the validation images measured; nil without any.
    package var imageMetrics: VisionMetrics? {
        VisionMetrics(validationLoss) { name in metrics.first { $0.name == name }?.value }
    }
}

extension FitReport {
    /// What the network as it is now measured on the validation images; nil where its weights were moved since.
    ///
    /// - Parameter recipe: how it was trained
    package func imageMetrics(_ recipe: VisionTrainingOptions) -> VisionMetrics? {
        if let final { return final.imageMetrics }
        let best = checkpoint.bestEpochWeights.isEmpty ? nil : recipe.bestEpoch?.bestIndex(in: epochs)
        if let best { return epochs[best].imageMetrics }
        return checkpoint.progress.stepInEpoch == 0 ? epochs.last?.imageMetrics : nil
    }
}

extension VisionMetrics {
    fileprivate init?(_ loss: Double?, _ metric: (String) -> Double?) {
        guard let loss, let accuracy = metric("accuracy"),
            let pictures = metric("pictures").flatMap({ Int(exactly: $0) })
        else { return nil }
        (self.pictures, self.loss, self.accuracy, f1) = (pictures, loss, accuracy, metric("f1"))
    }

    /// Besides the loss.
    fileprivate var values: [MetricValue] {
        [MetricValue(name: "accuracy", value: accuracy), MetricValue(name: "pictures", value: Double(pictures))]
            + (f1.map { [MetricValue(name: "f1", value: $0)] } ?? [])
    }
}
