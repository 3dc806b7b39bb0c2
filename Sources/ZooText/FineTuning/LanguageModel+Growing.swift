import ZooKernels
import ZooNN
import ZooTensor

extension LanguageModel {
    /// The same model with a larger vocabulary: old rows as they are, each new token the mean of the old ones.
    ///
    /// A token of which nothing is known is best taken for an average one (Howard & Ruder 2018, section 3.2).
    /// - Precondition: `vocabularySize` is not below the model's own.
    package func growing(to vocabularySize: Int) -> LanguageModel {
        precondition(
            vocabularySize >= configuration.vocabularySize,
            "growing: from \(configuration.vocabularySize) to \(vocabularySize)")
        var larger = configuration
        larger.vocabularySize = vocabularySize
        var generator = RandomGenerator.silent  // the weights are loaded
        let model = LanguageModel(larger, using: &generator)
        let known = Dictionary(uniqueKeysWithValues: state().map { ($0.path, $0.tensor) })
        let state = model.state().map { new in
            guard let old = known[new.path], old.shape != new.tensor.shape else {
                return NamedTensor(path: new.path, tensor: known[new.path] ?? new.tensor)
            }
            return NamedTensor(path: new.path, tensor: old.extendedByMeans(to: new.tensor.shape))
        }
        // What was just made has the same paths, and the shapes were made equal.
        try? model.load(state: state)
        return model
    }
}

extension Tensor {
    /// The tensor with means behind its own numbers along the one axis on which `shape` is longer.
    fileprivate func extendedByMeans(to shape: Shape) -> Tensor {
        guard let axis = (0..<shape.rank).first(where: { shape[$0] != self.shape[$0] }) else { return self }
        let missing = shape[axis] - self.shape[axis]
        let mean = mean(axes: [axis], keepDimensions: true)
        var sizes = shape.dimensions
        sizes[axis] = missing
        let rows = mean.expanded(Shape(sizes)).padded(axis: axis, before: self.shape[axis], after: 0)
        return padded(axis: axis, before: 0, after: missing) + rows
    }
}

extension LanguageModel {
    /// The same weights with all dropouts multiplied, as when a classifier is built on them.
    ///
    /// - Precondition: `factor` is not negative; no dropout comes to 1.
    package func withDropout(multipliedBy factor: Float) -> LanguageModel {
        var changed = configuration
        changed.regularization.multiply(by: factor)
        (changed.regularization.activation, changed.regularization.temporal) = (0, 0)
        var generator = RandomGenerator.silent  // the weights are loaded
        let model = LanguageModel(changed, using: &generator)
        try? model.load(state: state())  // the paths and shapes are the same
        return model
    }
}
