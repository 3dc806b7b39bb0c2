import Testing
import ZooLearn
import ZooTensor

private let gradients: [Gradient?] = [
    .dense(Tensor([3, -4] as [Float], shape: [2])), nil,
    .sparse(
        SparseRows(summing: Tensor([0, 12] as [Float], shape: [1, 2]), at: Tensor([1] as [Int32]), shape: [3, 2])
    ),
]

private func values(_ gradients: [Gradient?]) -> [[Float]?] { gradients.map { $0?.dense.floats } }

@Test func normIsTakenOverAllGradients() { #expect(GradientClipping.norm(of: gradients) == 13) }

@Test func normAboveTheBoundIsScaledToIt() {
    let clipped = GradientClipping.globalNorm(1.3).clipped(gradients)
    #expect(abs(GradientClipping.norm(of: clipped) - 1.3) < 1e-5)
    #expect(clipped[1] == nil)
    if case .sparse = clipped[2] {} else { Issue.record("a sparse gradient became dense") }
}

@Test func normBelowTheBoundStays() {
    #expect(values(GradientClipping.globalNorm(14).clipped(gradients)) == values(gradients))
}

@Test func valuesAreCutToTheBound() {
    let clipped = values(GradientClipping.value(3.5).clipped(gradients))
    #expect(clipped == [[3, -3.5], nil, [0, 0, 0, 3.5, 0, 0]])
}
