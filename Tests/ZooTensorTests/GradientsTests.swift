import Testing
import ZooKernels
import ZooTensor
import ZooTesting

private func chain(_ length: Int) -> (leaf: Tensor, end: Tensor) {
    let leaf = Tensor([1.0, 2.0]).trackingGradients()
    var x = leaf
    for _ in 0..<length { x = x + 1 }
    return (leaf, x.sum())
}

@Test func aChainOfAHundredThousandNodesWorksBackward() throws {
    let (leaf, end) = chain(100_000)
    let gradient = try #require(gradients(of: end, withRespectTo: [leaf])[0])
    #expect(gradient.dense.doubles == [1, 1])
}

@Test func aChainOfAHundredThousandNodesIsReleased() {
    let pool = BufferPool()
    BufferPool.$current.withValue(pool) {
        let (_, end) = chain(100_000)
        #expect(end.item == 200_003)
    }
    #expect(pool.statistics.liveBytes == 0)
}

@Test func aLongChainOfDiamondsWorksBackwardOnceEachNode() throws {
    let leaf = Tensor([1.0]).trackingGradients()
    var x = leaf
    for _ in 0..<1000 { x = (x + x) * 0.5 }
    #expect(gradients(of: x, withRespectTo: [leaf])[0]?.dense.doubles == [1])
}

@Test func aLeafThatIsNotUsedHasNoGradient() {
    let a = Tensor([1.0]).trackingGradients()
    let b = Tensor([1.0]).trackingGradients()
    let found = gradients(of: a * 2, withRespectTo: [b, a, a])
    #expect(found[0] == nil)
    #expect(found[1]?.dense.doubles == [2])
    #expect(found[2]?.dense.doubles == [2])
}

@Test func aConstantHasNoGradient() {
    let leaf = Tensor([1.0]).trackingGradients()
    #expect(gradients(of: Tensor([2.0]), withRespectTo: [leaf])[0] == nil)
    #expect(gradients(of: (leaf.detached() * 3), withRespectTo: [leaf])[0] == nil)
}

@Test func anIntermediateResultHasAGradient() {
    let leaf = Tensor([3.0]).trackingGradients()
    let middle = leaf * leaf
    let found = gradients(of: middle * middle, withRespectTo: [middle, leaf])
    #expect(found[0]?.dense.doubles == [18])
    #expect(found[1]?.dense.doubles == [108])
}

@Test func gradientsOfATensorUsedManyTimesAddUp() {
    let x = Tensor([2.0, -1.0]).trackingGradients()
    let total = (0..<10).reduce(Tensor.zeros([2], .float64)) { sum, _ in sum + x * x }
    #expect(gradients(of: total.sum(), withRespectTo: [x])[0]?.dense.doubles == [40, -20])
}

@Test func gradientsWithoutAGraphAreConstants() {
    let x = Tensor([2.0]).trackingGradients()
    let y = x * x * x
    #expect(gradients(of: y, withRespectTo: [x])[0]?.dense.requiresGradient == false)
    #expect(gradients(of: y, withRespectTo: [x], createGraph: true)[0]?.dense.requiresGradient == true)
}

@Test func thirdDerivativesWork() throws {
    let x = Tensor([2.0]).trackingGradients()
    var y = x.pow(5)
    for expected in [80.0, 160, 240, 240] {
        y = try #require(gradients(of: y, withRespectTo: [x], createGraph: true)[0]).dense
        #expect(abs(y.item - expected) < 1e-9)
    }
}

@Test func lookedUpRowsHaveASparseGradient() throws {
    let table = Tensor([Float](repeating: 1, count: 12), shape: [4, 3]).trackingGradients()
    let rows = Tensor([3, 1, 3] as [Int32])
    let weights = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9] as [Float], shape: [3, 3])
    let loss = (table.gathered(rows: rows) * weights).sum()
    guard case .sparse(let found)? = gradients(of: loss, withRespectTo: [table])[0] else {
        Issue.record("not sparse")
        return
    }
    #expect(found.indices.int32s == [1, 3])
    #expect(found.rows.floats == [4, 5, 6, 8, 10, 12])
    #expect(found.dense.floats == [0, 0, 0, 4, 5, 6, 0, 0, 0, 8, 10, 12])
}

@Test func aTableLookedUpTwiceAddsItsSparseGradients() throws {
    let table = Tensor.ones([5, 2], .float64).trackingGradients()
    let loss =
        table.gathered(rows: Tensor([0, 4] as [Int32])).sum()
        + table.gathered(rows: Tensor([4, 2] as [Int32])).sum() * 10
    let gradient = try #require(gradients(of: loss, withRespectTo: [table])[0])
    guard case .sparse(let found) = gradient else {
        Issue.record("not sparse")
        return
    }
    #expect(found.indices.int32s == [0, 2, 4])
    #expect(found.rows.doubles == [1, 1, 10, 10, 11, 11])
}

@Test func sparseAndDenseGradientsOfATableAddUp() throws {
    let table = Tensor.ones([3, 2], .float64).trackingGradients()
    let indices = Tensor([2] as [Int32])
    for loss in [table.sum() + table.gathered(rows: indices).sum(), table.gathered(rows: indices).sum() + table.sum()] {
        #expect(gradients(of: loss, withRespectTo: [table])[0]?.dense.doubles == [1, 1, 1, 1, 2, 2])
    }
}

@Test func manySparseRowsAreSortedStablyAndSummed() throws {
    var generator = RandomGenerator(seed: 3)
    for (count, rowCount) in [(1000, 5000), (5000, 70), (300, 3_000_000)] {
        let indices = (0..<count).map { _ in Int32.random(in: 0..<Int32(rowCount), using: &generator) }
        let rows = (0..<count).map { Double($0) }
        let sum = SparseRows(summing: Tensor(rows, shape: [count, 1]), at: Tensor(indices), shape: [rowCount, 1])
        var expected: [Int32: Double] = [:]
        for (index, row) in zip(indices, rows) { expected[index, default: 0] += row }
        #expect(sum.indices.int32s == expected.keys.sorted())
        #expect(sum.rows.doubles == expected.sorted { $0.key < $1.key }.map(\.value))
    }
}

@Test func emptyLookupsHaveEmptyGradients() {
    let table = Tensor.ones([3, 2]).trackingGradients()
    let looked = table.gathered(rows: Tensor([] as [Int32]))
    #expect(looked.shape == [0, 2])
    #expect(gradients(of: looked.sum(), withRespectTo: [table])[0]?.dense.floats == [0, 0, 0, 0, 0, 0])
}
