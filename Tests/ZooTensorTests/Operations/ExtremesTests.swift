import Testing
import ZooTensor

@Test func equalsShareTheGradientOfAnExtreme() {
    let x = Tensor([3.0, 1, 3, 1], shape: [2, 2]).trackingGradients()
    #expect(gradients(of: x.max(), withRespectTo: [x])[0]?.dense.doubles == [0.5, 0, 0.5, 0])
    #expect(gradients(of: x.min(), withRespectTo: [x])[0]?.dense.doubles == [0, 0.5, 0, 0.5])
    #expect(gradients(of: x.maximum(x).sum(), withRespectTo: [x])[0]?.dense.doubles == [1, 1, 1, 1])
}

@Test func theFirstOfTheGreatestIsFound() {
    let x = Tensor([1, 5, 5, 7, 0, 7] as [Float], shape: [2, 3])
    #expect(x.argmax().int32s == [1, 0])
    #expect(x.argmax(axis: 0).int32s == [1, 0, 1])
    #expect(Tensor([3, 9] as [Int32]).argmax().int32s == [1])
    #expect(Tensor([1, Float.nan, 9, .nan]).argmax().int32s == [1] && Tensor([Float.nan, 1]).argmax().int32s == [0])
}

@Test func extremesOfNotANumberAreNotANumber() {
    #expect(Tensor([1, .nan, 2] as [Float]).max().item.isNaN)
    #expect(Tensor([1, .nan, 2] as [Float]).maximum(.zeros([3])).floats[1].isNaN)
    #expect(Tensor.zeros([3]).maximum(Tensor([1, .nan, 2] as [Float])).floats[1].isNaN)
}
