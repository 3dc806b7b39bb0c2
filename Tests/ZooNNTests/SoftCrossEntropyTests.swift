import Testing
import ZooNN
import ZooTensor
import ZooTesting

@Suite struct SoftCrossEntropyTests {
    private let logits = Tensor([1, 2, 0.5, -1, 0, 3] as [Double], shape: [2, 3])

    @Test func oneHotTargetsGiveCrossEntropy() throws {
        let targets = Tensor([0, 1, 0, 0, 0, 1] as [Double], shape: [2, 3])
        try assertClose(
            softCrossEntropy(logits, targets), crossEntropy(logits, Tensor([Int32(1), 2])), relative: 1e-12)
    }

    @Test func smoothingHasItsClosedForm() throws {
        // (1 - e) * cross-entropy + e * the mean of -log p over the classes.
        let (e, k) = (0.1, 3.0)
        let hard = Tensor([0, 1, 0, 0, 0, 1] as [Double], shape: [2, 3])
        let smooth = hard * (1 - e) + e / k
        let uniform = logits.logSoftmax(axis: -1).sum() * (-1 / (2 * k))
        let expected = softCrossEntropy(logits, hard) * (1 - e) + uniform * e
        try assertClose(softCrossEntropy(logits, smooth), expected, relative: 1e-12)
    }

    @Test func gradientsAreRightForAnyMass() throws {
        let targets = Tensor([0.2, 0.7, 0.4, 0, 0, 0.5] as [Double], shape: [2, 3])
        try checkGradient(at: [logits]) { softCrossEntropy($0[0], targets) }
    }
}
