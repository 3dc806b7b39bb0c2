import Testing
import ZooLearn

private func rows(_ loader: DataLoader<[Int]>, epoch: Int, from first: Int = 0) -> [[Int]] {
    loader.batches(epoch: epoch, from: first).map(\.batch)
}

@Test func everyEpochVisitsEveryExampleOnce() {
    let loader = DataLoader(count: 10, batchSize: 3, shuffleSeed: 7) { Array($0) }
    for epoch in 0..<5 { #expect(rows(loader, epoch: epoch).flatMap(\.self).sorted() == Array(0..<10)) }
}

@Test func sameSeedAndEpochGiveTheSameOrderAndOthersAnother() {
    let loader = DataLoader(count: 100, batchSize: 8, shuffleSeed: 7) { Array($0) }
    let again = DataLoader(count: 100, batchSize: 8, shuffleSeed: 7) { Array($0) }
    let other = DataLoader(count: 100, batchSize: 8, shuffleSeed: 8) { Array($0) }
    #expect(rows(loader, epoch: 3) == rows(again, epoch: 3))
    #expect(rows(loader, epoch: 3) != rows(loader, epoch: 4))
    #expect(rows(loader, epoch: 3) != rows(other, epoch: 3))
}

@Test func lastBatchIsPartialOrDropped() {
    let whole = DataLoader(count: 10, batchSize: 4) { Array($0) }
    #expect(rows(whole, epoch: 0) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    #expect(whole.batchCount == 3)
    let dropping = DataLoader(count: 10, batchSize: 4, dropsPartialBatch: true) { Array($0) }
    #expect(rows(dropping, epoch: 0) == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(dropping.batchCount == 2)
}

@Test func epochGoesOnFromItsMiddle() {
    let loader = DataLoader(count: 10, batchSize: 3, shuffleSeed: 1) { Array($0) }
    #expect(rows(loader, epoch: 2, from: 2) == Array(rows(loader, epoch: 2)[2...]))
    #expect(rows(loader, epoch: 2, from: 9).isEmpty)
}

@Test func noExamplesMakeNoBatches() {
    let loader = DataLoader(count: 0, batchSize: 3, shuffleSeed: 1) { Array($0) }
    #expect(loader.batchCount == 0)
    #expect(rows(loader, epoch: 0).isEmpty)
}
