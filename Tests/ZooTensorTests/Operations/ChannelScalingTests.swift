import Testing
import ZooKernels
import ZooTensor
import ZooTesting

@Suite struct ChannelScalingTests {
    @Test(arguments: [FusedActivation.none, .relu, .relu6])
    func theFusedOperationIsTheComposedOne(_ activation: FusedActivation) throws {
        var generator = RandomGenerator(seed: 8)
        func drawn(_ shape: Shape, mean: Double = 0) -> Tensor {
            Tensor.normal(shape, .float64, mean: mean, using: &generator)
        }
        let inputs = [drawn([2, 3, 5, 19]), drawn([19], mean: 2), drawn([19]), drawn([2, 3, 5, 19])]
        let (mean, deviation, push) = (drawn([19]), drawn([19]), drawn([2, 3, 5, 19]))
        func results(_ dtype: DType) -> [Tensor] {
            let x = inputs.map { $0.converted(to: dtype).trackingGradients() }
            let y = x[0].channelsScaled(
                weight: x[1], bias: x[2], mean: mean.converted(to: dtype),
                variance: (deviation * deviation).converted(to: dtype), epsilon: 0.1, residual: x[3],
                activation: activation)
            let found = gradients(of: y, withRespectTo: x, cotangent: push.converted(to: dtype))
            return ([y.detached()] + found.compactMap { $0?.dense }).map { $0.converted(to: .float64) }
        }
        let (fused, composed) = (results(.float32), results(.float64))
        #expect(fused.count == 5 && composed.count == 5)
        for (a, b) in zip(fused, composed) { try assertClose(a, b, relative: 1e-4, absolute: 1e-4) }
    }
}
