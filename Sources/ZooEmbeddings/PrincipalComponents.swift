import ZooKernels

/// The directions along which a set of vectors varies most, fitted.
///
/// Two forms, by what is centred:
/// - `.features`, the usual one: each of the `width` columns loses its mean. `directions` are scikit-learn's
///   `PCA(k).fit(E).components_`, `scores` its `transform(E)`.
/// - `.items`, that of fast.ai's lesson on collaborative filtering, `PCA(k).fit(E.T).components_`: there each embedding
///   dimension is a sample and each item a feature, so each *item's vector* loses its own mean. `scores[i, j]` is that
///   `components_[j, i]`: columns of length 1, in place of an [n, n] covariance got from `X'X` [width, width] of the
///   row-centred `E`, as `X u / s` for each of its eigenvectors u with singular value s.
///
/// Signs are as by scikit-learn's `svd_flip(u_based_decision=False)`: the number of largest absolute value in each row of
/// its `components_` is positive. Exact, not randomised; the result does not depend on the number of threads.
public struct PrincipalComponents: Sendable {
    /// What is centred before the directions are looked for.
    public enum Centre: String, Sendable, Hashable, CaseIterable, Codable {
        /// Each column of the matrix: the usual form.
        case features
        /// Each row of the matrix: fast.ai's form.
        case items
    }

    /// The number of components.
    public let count: Int
    /// What was centred.
    public let centre: Centre
    /// Unit vectors in embedding space, [count, width].
    public let directions: [Float]
    /// The columns' means, [width]; zeros for `.items`.
    public let means: [Float]
    /// Where each item lies along each component, [n, count].
    public let scores: [Float]
    /// The variance along each component, largest first.
    public let explainedVariance: [Double]
    /// Each variance as a share of all; zeros when nothing varies.
    public let explainedVarianceRatio: [Double]
    /// The singular values of the centred matrix.
    public let singularValues: [Double]

    /// Fits `count` components to `vectors` [n, width].
    ///
    /// - Throws: `EmbeddingError.tooManyComponents` unless `count` is 1 ... min(n, width) and there are two samples (items,
    ///   or dimensions for `.items`); `.notFinite` or `.tooLarge` when the numbers cannot be squared.
    /// - Precondition: `vectors` holds whole rows.
    public static func fit(
        _ vectors: [Float], width: Int, count: Int, centre: Centre = .features, threads: ThreadCount = .all
    ) throws -> PrincipalComponents {
        precondition(width > 0 && vectors.count % width == 0, "PCA: \(vectors.count) numbers are not rows of \(width)")
        let rows = vectors.count / width
        let samples = centre == .features ? rows : width
        let available = samples < 2 ? 0 : min(rows, width)
        guard (1...max(1, available)).contains(count), available > 0 else {
            throw EmbeddingError.tooManyComponents(asked: count, available: available)
        }
        let centring: Centring = centre == .features ? .columns : .rows
        let gram = vectors.withUnsafeBufferPointer {
            columnProducts($0, width: width, centring: centring, threads: threads)
        }
        guard gram.products.allSatisfy(\.isFinite) else {
            guard let index = vectors.firstIndex(where: { !$0.isFinite }) else { throw EmbeddingError.tooLarge }
            throw EmbeddingError.notFinite(row: index / width)
        }
        let eigen = SymmetricEigen(gram.products, size: width)
        var directions = eigen.vectors.prefix(count * width).map(Float.init)
        if centre == .features { giveSigns(&directions, width: width) }
        var scores = vectors.withUnsafeBufferPointer {
            centredProjections(
                $0, width: width, centring: centring, columnMeans: gram.columnMeans, directions: directions,
                threads: threads)
        }
        let squares = eigen.values.map { max(0, $0) }
        if centre == .items { scaleToUnit(&scores, &directions, squares, count: count) }
        let total = squares.reduce(0, +)
        return PrincipalComponents(
            count: count, centre: centre, directions: directions, means: gram.columnMeans, scores: scores,
            explainedVariance: squares.prefix(count).map { $0 / Double(samples - 1) },
            explainedVarianceRatio: squares.prefix(count).map { total > 0 ? $0 / total : 0 },
            singularValues: squares.prefix(count).map { $0.squareRoot() })
    }

    /// The scores of all items along one component.
    public func scores(of component: Int) -> [Float] {
        stride(from: component, to: scores.count, by: count).map { scores[$0] }
    }

    /// The items at both ends of a component, the most extreme first; of equal ones the lowest row. No item is at both:
    /// where there are fewer than twice `count`, the lower half is at the lower end, and the others are at the higher one.
    public func ends(of component: Int, count: Int) -> (lowest: [Int], highest: [Int]) {
        let values = scores(of: component)
        let rising = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let falling = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        let lowest = Array(rising.prefix(max(0, min(count, values.count / 2))))
        let taken = Set(lowest)
        return (lowest, Array(falling.lazy.filter { !taken.contains($0) }.prefix(max(0, count))))
    }
}

/// Divides the columns of the scores by their singular values, and gives scores and directions their signs.
private func scaleToUnit(_ scores: inout [Float], _ directions: inout [Float], _ squares: [Double], count: Int) {
    for component in 0..<count {
        // A component without variance has no direction: zeros, where dividing would show rounding errors.
        let rounding = Double(Float.ulpOfOne) * (squares.first ?? 0)
        let scale = squares[component] > rounding ? Float(1 / squares[component].squareRoot()) : 0
        let places = stride(from: component, to: scores.count, by: count)
        var largest: Float = 0
        for index in places where abs(scores[index]) > abs(largest) { largest = scores[index] }
        let sign: Float = largest < 0 ? -1 : 1
        for index in places { scores[index] *= scale * sign }
        guard sign < 0 else { continue }
        let width = directions.count / count
        for index in (component * width)..<((component + 1) * width) { directions[index].negate() }
    }
}

/// Makes the number of largest absolute value in each direction positive.
private func giveSigns(_ directions: inout [Float], width: Int) {
    for start in stride(from: 0, to: directions.count, by: width) {
        var largest: Float = 0
        for index in start..<(start + width) where abs(directions[index]) > abs(largest) { largest = directions[index] }
        guard largest < 0 else { continue }
        for index in start..<(start + width) { directions[index].negate() }
    }
}
