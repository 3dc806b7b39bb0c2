import Testing
import ZooTensor
import ZooText

@Test func rowsAreContiguousAndTargetsComeOneLater() throws {
    let stream = try TextStream((0..<11).map { Int32($0) }, batchSize: 2)
    #expect(stream.rowLength == 5)
    #expect(stream.predictionCount == 10)
    let (inputs, targets) = stream.window(1..<3)
    #expect(inputs.shape == [2, 2])
    #expect(inputs.int32s == [1, 6, 2, 7])
    #expect(targets.int32s == [2, 7, 3, 8])
}

@Test func windowsCoverEveryStepOnce() throws {
    let stream = try TextStream([Int32](repeating: 0, count: 5001), batchSize: 5)
    #expect(stream.windows(length: 64).flatMap { Array($0) } == Array(0..<1000))
    for epoch in 0..<3 {
        let windows = stream.windows(around: 20, epoch: epoch, seed: 3)
        #expect(windows.flatMap { Array($0) } == Array(0..<1000))
        #expect(windows.allSatisfy { $0.count <= 40 })
        #expect(Set(windows.map(\.count)).count > 5)
        #expect(windows == stream.windows(around: 20, epoch: epoch, seed: 3))
    }
    #expect(stream.windows(around: 20, epoch: 0, seed: 3) != stream.windows(around: 20, epoch: 1, seed: 3))
}

@Test func windowsHaveTheWantedLengthOnAverage() throws {
    let stream = try TextStream([Int32](repeating: 0, count: 200_001), batchSize: 1)
    let windows = stream.windows(around: 64, epoch: 0, seed: 1)
    let mean = 200_000 / Double(windows.count)
    #expect(abs(mean - (0.95 * 64 + 0.05 * 32)) < 0.5)
    let short = windows.count { $0.count < 48 }
    #expect(abs(Double(short) / Double(windows.count) - 0.05) < 0.02)
}

@Test func twoTokensMakeOnePrediction() throws {
    let stream = try TextStream([3, 4], batchSize: 1)
    #expect(stream.rowLength == 1)
    #expect(stream.window(0..<1).targets.int32s == [4])
    #expect(throws: TextError.tooShort(tokens: 1, batchSize: 1, needed: 2)) { try TextStream([3], batchSize: 1) }
}
