import Testing
import ZooTensor
import ZooTesting

@Test func elementsComeBackInRowMajorOrder() {
    let tensor = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.floats == [1, 2, 3, 4, 5, 6])
    #expect(Tensor([1.5, 2]).doubles == [1.5, 2])
    #expect(Tensor([7, 8] as [Int32]).int32s == [7, 8])
    #expect(Tensor.scalar(3).item == 3)
}

@Test func constantTensorsHaveTheirValue() {
    #expect(Tensor.zeros([2, 2]).floats == [0, 0, 0, 0])
    #expect(Tensor.ones([2], .float64).doubles == [1, 1])
    #expect(Tensor.full(4, [3], .int32).int32s == [4, 4, 4])
    #expect(Tensor.zeros([0, 3]).floats == [])
}

@Test func sameSeedGivesTheSameTensor() {
    var (a, b) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    #expect(Tensor.normal([10], using: &a).floats == Tensor.normal([10], using: &b).floats)
}

@Test func normalTensorsHaveTheirMeanAndDeviation() {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor.normal([100_000], .float64, mean: 2, standardDeviation: 3, using: &generator)
    #expect(abs(x.mean().item - 2) < 0.05)
    #expect(abs(x.variance().item - 9) < 0.15)
    let u = Tensor.uniform([100_000], .float64, in: -1..<3, using: &generator)
    #expect(abs(u.mean().item - 1) < 0.02)
    #expect(u.min().item >= -1 && u.max().item < 3)
}

@Test func changingAValueLeavesItsCopiesAlone() {
    var a = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let copy = a
    let slice = a.sliced(axis: 0, 1..<2)
    a.withUnsafeMutableFloats { $0[3] = 9 }
    #expect(a.floats == [1, 2, 3, 9])
    #expect(copy.floats == [1, 2, 3, 4])
    #expect(slice.floats == [3, 4])
}

@Test func changingTheOnlyHolderMovesNothing() {
    var a = Tensor([1, 2] as [Float])
    let before = a.withUnsafeFloats { $0.baseAddress }
    a.withUnsafeMutableFloats { $0[0] = 5 }
    #expect(a.withUnsafeFloats { $0.baseAddress } == before)
}

@Test func leadingSlicesAndReshapesShareStorage() {
    let a = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
    let start = a.withUnsafeFloats { $0.baseAddress }
    #expect(a.sliced(axis: 0, 1..<3).withUnsafeFloats { $0.baseAddress } == start.map { $0 + 2 })
    #expect(a.reshaped([2, 3]).withUnsafeFloats { $0.baseAddress } == start)
    #expect(a.sliced(axis: 0, 1..<3).sliced(axis: 0, 1..<2).floats == [5, 6])
}

@Test func conversionsKeepTheNumbers() {
    let x = Tensor([1.75, -2, 3])
    #expect(x.converted(to: .float32).floats == [1.75, -2, 3])
    #expect(x.converted(to: .int32).int32s == [1, -2, 3])
    let tracked = x.trackingGradients()
    let loss = (tracked.converted(to: .float32) * 2).sum()
    #expect(gradients(of: loss, withRespectTo: [tracked])[0]?.dense.doubles == [2, 2, 2])
}
