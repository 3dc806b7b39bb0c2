import Testing
import ZooTensor

@Test func aShapeCountsItsElements() {
    #expect(Shape([]).count == 1)
    #expect(([2, 3, 4] as Shape).count == 24)
    #expect(([2, 0, 4] as Shape).count == 0)
    #expect(([2, 3] as Shape).description == "[2, 3]")
}

@Test func negativeAxesCountFromTheBack() {
    let shape: Shape = [2, 3, 4]
    #expect(shape[-1] == 4)
    #expect(shape[-3] == 2)
    #expect(shape.normalized(-2) == 1)
}

// Release builds stop without the message, so that only the stop itself is checked here.

@Test func aWrongAxisStops() async {
    await #expect(processExitsWith: .failure) { _ = ([2, 3] as Shape)[2] }
}

@Test func productsOfWrongSizesStop() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([32, 10]).matmul(.zeros([12, 4])) }
}

@Test func sumsOfWrongSizesStop() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3, 2]) + .zeros([3]) }
}

@Test func mixedElementTypesStop() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3]) + .zeros([3], .float64) }
}

@Test func rowsOutOfRangeStop() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3, 2]).gathered(rows: Tensor([3] as [Int32])) }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3, 2]).gathered(rows: Tensor([-1] as [Int32])) }
}
