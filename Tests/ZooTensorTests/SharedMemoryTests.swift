import Testing
import ZooTensor

/// The address of an array's first element.
private func address(_ array: [Float]) -> UnsafeRawPointer? { array.withUnsafeBytes { $0.baseAddress } }

@Test func aTensorInTheMemoryOfAnArrayGivesThatArray() {
    let array = (0..<1000).map { Float($0) }
    let tensor = Tensor(sharing: array, shape: [10, 100])
    #expect(address(tensor.floats) == address(array))
    #expect(tensor.sliced(axis: 0, 0..<1).floats == Array(array[..<100]))
}

@Test func changingATensorInTheMemoryOfAnArrayLeavesTheArray() {
    let array: [Float] = [1, 2, 3, 4]
    var tensor = Tensor(sharing: array, shape: [4])
    tensor.withUnsafeMutableFloats { $0[1] = 9 }
    #expect(array == [1, 2, 3, 4] && tensor.floats == [1, 9, 3, 4])
}

@Test func changingAnArrayLeavesTheTensorInItsMemory() {
    var array: [Float] = [1, 2, 3, 4]
    let tensor = Tensor(sharing: array, shape: [4])
    array[1] = 9
    #expect(tensor.floats == [1, 2, 3, 4] && array == [1, 9, 3, 4])
}

@Test func gradientsAreNotSummedInTheMemoryOfAnArray() {
    let cotangent: [Float] = [1, 2]
    let x = Tensor([3, 4] as [Float]).trackingGradients()
    let found = gradients(of: x + x, withRespectTo: [x], cotangent: Tensor(sharing: cotangent, shape: [2]))
    #expect(cotangent == [1, 2] && found[0]?.dense.floats == [2, 4])
}

@Test func anEmptyArrayMakesAnEmptyTensor() { #expect(Tensor(sharing: [], shape: [0, 3]).floats.isEmpty) }
