import Foundation
import Synchronization
import Testing
import ZooTensor
import ZooVision

private let small = Preprocessing(size: 12, normalization: .imageNet)

/// Images of several sizes, some of which cannot be read, that counts who holds it and what was asked of it.
private final class CountingSource: ImageSource {
    struct Unreadable: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is unreadable" }
    }

    let count: Int
    let unreadable: Set<Int>
    let asked = Mutex<[Int]>([])

    init(count: Int, unreadable: Set<Int> = []) { (self.count, self.unreadable) = (count, unreadable) }

    func image(_ index: Int, shortSide: Int?) throws -> Image {
        asked.withLock { $0.append(index) }
        if unreadable.contains(index) { throw Unreadable(name: "image \(index)") }
        return patterned(height: 14 + index % 5, width: 13 + index % 7, seed: index)
    }
}

private func all(_ batches: ImageBatches) throws -> [ImageBatch] {
    var result: [ImageBatch] = []
    while let batch = try batches.next() { result.append(batch) }
    return result
}

private func batches(
    _ source: any ImageSource, _ order: [Int], size: Int = 10, _ augmentation: Augmentation? = .sideOn,
    seed: UInt64 = 5,
    epoch: Int = 0, threads: Int = 1, ahead: Int = 2
) -> ImageBatches {
    ImageBatches(
        source: source, order: order, batchSize: size, preprocessing: small, augmentation: augmentation, seed: seed,
        epoch: epoch, threads: threads, ahead: ahead)
}

@Test func batchesComeInOrderWhateverTheThreads() throws {
    let source = CountingSource(count: 57)
    let order = (0..<57).map { $0 * 20 % 57 }
    let alone = try all(batches(source, order))
    #expect(alone.map(\.indices) == [0..<10, 10..<20, 20..<30, 30..<40, 40..<50, 50..<57].map { Array(order[$0]) })
    #expect(alone.map { $0.images.shape[0] } == [10, 10, 10, 10, 10, 7])
    for (threads, ahead) in [(2, 1), (3, 4), (8, 100)] {
        let together = try all(batches(source, order, threads: threads, ahead: ahead))
        #expect(together.map(\.indices) == alone.map(\.indices))
        #expect(together.map(\.images.floats) == alone.map(\.images.floats))
    }
}

@Test func withoutAugmentationBatchesAreTheMiddles() throws {
    let source = CountingSource(count: 6)
    let images = try (0..<6).map { try source.image($0, shortSide: nil) }
    for augmentation in [nil, Augmentation.none] {
        let batch = try #require(try batches(source, Array(0..<6), augmentation).next())
        #expect(batch.images.floats == small.tensor(of: images).floats)
    }
}

@Test func chanceDependsOnSeedEpochAndImage() throws {
    let source = CountingSource(count: 8)
    func images(_ order: [Int], seed: UInt64 = 5, epoch: Int = 0) throws -> [[Float]] {
        let batch = try #require(try batches(source, order, seed: seed, epoch: epoch).next())
        return batch.indices.indices.map { batch.images.sliced(axis: 0, $0..<($0 + 1)).floats }
    }
    let first = try images(Array(0..<8))
    #expect(try images(Array(0..<8)) == first)
    #expect(try images(Array((0..<8).reversed())) == first.reversed())
    #expect(try zip(images(Array(0..<8), seed: 6), first).allSatisfy { $0 != $1 })
    #expect(try zip(images(Array(0..<8), epoch: 1), first).allSatisfy { $0 != $1 })
    let twice = try images([3, 3, 3])
    #expect(twice[0] == first[3] && Set(twice).count == 3)
}

@Test func unreadableImageIsReportedInItsTurn() throws {
    for threads in [1, 2, 5] {
        let source = CountingSource(count: 40, unreadable: [29, 23, 38])
        let batches = batches(source, Array(0..<40), threads: threads, ahead: 4)
        #expect(try batches.next()?.indices == Array(0..<10))
        #expect(try batches.next()?.indices == Array(10..<20))
        for _ in 0..<2 {
            let error = #expect(throws: ImageBatchError.self) { try batches.next() }
            #expect(error?.index == 23 && error?.description == "image 23 is unreadable")
        }
    }
}

@Test func lookAheadIsBounded() throws {
    let source = CountingSource(count: 100)
    let batches = batches(source, Array(0..<100), size: 5, threads: 2, ahead: 3)
    // One batch is given and three may wait, and so on; a busy machine may take its time for them.
    for count in [20, 25] {
        _ = try batches.next()
        let patience = Date(timeIntervalSinceNow: 30)
        while source.asked.withLock(\.count) < count && Date() < patience { Thread.sleep(forTimeInterval: 0.01) }
        Thread.sleep(forTimeInterval: 0.1)
        #expect(source.asked.withLock(\.count) == count)
    }
}

@Test func threadsEndWithTheBatches() throws {
    weak var left: CountingSource?
    do {
        let source = CountingSource(count: 1000)
        left = source
        let batches = batches(source, Array(0..<1000), threads: 3, ahead: 2)
        _ = try batches.next()
    }
    let patience = Date(timeIntervalSinceNow: 10)
    while left != nil && Date() < patience { Thread.sleep(forTimeInterval: 0.01) }
    #expect(left == nil)
}

@Test func nothingGivesNothing() throws {
    let batches = batches(CountingSource(count: 3), [])
    #expect(try batches.batchCount == 0 && batches.next() == nil)
}

@Test func memoryImagesAreWhatWasPacked() throws {
    let images = (0..<5).map { patterned(height: 4, width: 6, seed: $0) }
    let packed = MemoryImages(images)
    #expect(packed.count == 5 && packed.height == 4 && packed.width == 6)
    #expect((0..<5).map { packed.image($0, shortSide: 2) } == images)
}
