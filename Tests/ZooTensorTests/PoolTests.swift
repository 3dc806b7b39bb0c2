import Foundation
import Testing
import ZooKernels
import ZooTensor

private func trainingStep(_ weights: inout [Tensor], _ input: Tensor) {
    let tracked = weights.map { $0.trackingGradients() }
    let hidden = (input.matmul(tracked[0]) + tracked[1]).relu()
    let loss = (hidden.matmul(tracked[2]).sigmoid() - 0.5).pow(2).mean()
    let found = gradients(of: loss, withRespectTo: tracked)
    for (index, gradient) in found.enumerated() {
        if let gradient { weights[index] = weights[index] - gradient.dense * 0.1 }
    }
}

@Test func aSteadyTrainingStepAllocatesNothingFromTheSystem() {
    let pool = BufferPool()
    BufferPool.$current.withValue(pool) {
        var generator = RandomGenerator(seed: 1)
        let input = Tensor.normal([64, 30], using: &generator)
        var weights = [[30, 20], [20], [20, 1]].map { Tensor.normal(Shape($0), using: &generator) }
        for _ in 0..<3 { trainingStep(&weights, input) }
        let before = pool.statistics
        for _ in 0..<10 { trainingStep(&weights, input) }
        #expect(pool.statistics.systemAllocations == before.systemAllocations)
        #expect(pool.statistics.reusedAllocations > before.reusedAllocations)
        #expect(pool.statistics.liveBytes == before.liveBytes)
    }
    // A thread that has helped may let go of what it read a moment later.
    for _ in 0..<1000 where pool.statistics.liveBytes > 0 { usleep(1000) }
    #expect(pool.statistics.liveBytes == 0)
}
