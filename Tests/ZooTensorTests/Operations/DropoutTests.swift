import Testing
import ZooTensor

@Test func dropoutZeroesItsPartAndKeepsTheMean() {
    var generator = RandomGenerator(seed: 2)
    for probability in [0, 0.1, 0.5, 0.9] as [Float] {
        let y = Tensor.ones([100_001]).dropout(probability: probability, using: &generator)
        let zeros = (y == 0).sum().item / 100_001
        #expect(abs(zeros - Double(probability)) < 0.01)
        #expect(abs(y.mean().item - 1) < 0.03)
        #expect(abs(y.max().item - 1 / (1 - Double(probability))) < 1e-5)
    }
}

@Test func dropoutPassesGradientsWhereItKept() {
    var generator = RandomGenerator(seed: 2)
    let x = Tensor.ones([1000], .float64).trackingGradients()
    let y = x.dropout(probability: 0.5, using: &generator)
    #expect(gradients(of: y.sum(), withRespectTo: [x])[0]?.dense.doubles == y.doubles)
}

@Test func dropoutOfASeedIsAlwaysTheSame() {
    var (a, b) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    let x = Tensor.ones([64, 3])
    #expect(x.dropout(probability: 0.3, using: &a).floats == x.dropout(probability: 0.3, using: &b).floats)
}
