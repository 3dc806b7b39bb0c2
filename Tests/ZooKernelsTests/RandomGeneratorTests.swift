import Testing
import ZooKernels

@Test func sameSeedGivesTheSameNumbers() {
    var a = RandomGenerator(seed: 7)
    var b = RandomGenerator(seed: 7)
    #expect((0..<100).allSatisfy { _ in a.next() == b.next() })
}
