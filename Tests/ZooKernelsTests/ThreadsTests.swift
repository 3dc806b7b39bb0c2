import Testing
import ZooKernels

@Test func everyIndexRunsExactlyOnce() {
    for count in [0, 1, 2, 3, 17, 1000] {
        let hits = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
        hits.initialize(repeating: 0, count: max(1, count))
        defer { hits.deallocate() }
        for _ in 0..<200 {
            parallel(count, threads: ThreadCount(2)) { hits[$0] += 1 }
        }
        #expect((0..<count).allSatisfy { hits[$0] == 200 })
    }
}

@Test func nestedCallsRunOnTheirOwnThread() {
    let sums = UnsafeMutablePointer<Int>.allocate(capacity: 8)
    sums.initialize(repeating: 0, count: 8)
    defer { sums.deallocate() }
    parallel(8, threads: ThreadCount(2)) { outer in
        parallel(10, threads: ThreadCount(2)) { inner in sums[outer] += inner }
    }
    #expect((0..<8).allSatisfy { sums[$0] == 45 })
}
