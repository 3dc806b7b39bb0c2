import Testing
import ZooTensor

private let a = Tensor([1, 2, 3] as [Float])
private let b = Tensor([2, 2, 2] as [Float])

@Test func comparisonsAreOnesAndZeros() {
    #expect((a > b).floats == [0, 0, 1])
    #expect((a < b).floats == [1, 0, 0])
    #expect((a >= b).floats == [0, 1, 1])
    #expect((a <= b).floats == [1, 1, 0])
    #expect((a == b).floats == [0, 1, 0])
    #expect((a != b).floats == [1, 0, 1])
    #expect((a > 2).floats == (a > b).floats && (a < 2).floats == (a < b).floats)
    #expect((a >= 2).floats == (a >= b).floats && (a <= 2).floats == (a <= b).floats)
    #expect((a == 2).floats == (a == b).floats && (a != 2).floats == (a != b).floats)
}

@Test func indicesCompareAndAdd() {
    let i = Tensor([1, 5, -2] as [Int32])
    #expect((i == 5).int32s == [0, 1, 0])
    #expect((i + i * i).int32s == [2, 30, 2])
}

@Test func comparisonsWithNotANumberAreFalse() {
    let nan = Tensor([.nan, 1] as [Float])
    #expect((nan == nan).floats == [0, 1])
    #expect((nan > 0).floats == [0, 1])
}

@Test func whereDoesNotLetTheOtherBranchIn() {
    let x = Tensor([4.0, 0.0]).trackingGradients()
    let y = Tensor.where(x > 0, x.sqrt(), x * 0)
    #expect(y.doubles == [2, 0])
    let z = Tensor.where(Tensor([1.0, 0]), x, Tensor([Double.nan, 7]))
    #expect(gradients(of: z.sum(), withRespectTo: [x])[0]?.dense.doubles == [1, 0])
}
