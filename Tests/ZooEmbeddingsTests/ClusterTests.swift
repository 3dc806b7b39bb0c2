import Testing
import ZooEmbeddings
import ZooKernels

/// At how many points two labellings differ, the numbers of the clusters apart; noise is -1 in both.
private func differences(_ a: [Int], _ b: [Int]) -> Int {
    var counts: [Int: [Int: Int]] = [:]
    for (x, y) in zip(a, b) where x >= 0 { counts[x, default: [:]][y, default: 0] += 1 }
    let there = counts.mapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
    return zip(a, b).count { x, y in (x < 0 ? -1 : there[x, default: nil] ?? -1) != y }
}

@Test func clumpsAreThoseOfScikitLearn() throws {
    let golden = try MapGolden.read()
    for wanted in golden.hdbscan {
        let found = HDBSCAN.fit(
            golden.clumps, width: 2, minimumClusterSize: wanted.minimumClusterSize,
            minimumSamples: wanted.minimumSamples)
        #expect(differences(found.labels, wanted.labels) <= wanted.differing)
        #expect(found.count == Set(wanted.labels).subtracting([-1]).count)
    }
}

@Test func clustersAreNumberedByTheirSize() throws {
    let golden = try MapGolden.read()
    let labels = HDBSCAN.fit(golden.clumps, width: 2, minimumClusterSize: 10, minimumSamples: 5).labels
    let sizes = (0...(labels.max() ?? 0)).map { cluster in labels.count { $0 == cluster } }
    #expect(sizes == sizes.sorted(by: >))
}

@Test func pointsAtOnePlaceAreNoReasonToFail() {
    let labels = HDBSCAN.fit(Array(repeating: 1, count: 40), width: 2, minimumClusterSize: 5, minimumSamples: 3).labels
    #expect(labels.count == 20)
}

@Test func meansAreThoseOfScikitLearn() throws {
    let golden = try MapGolden.read()
    let found = KMeans.fit(golden.clumps, width: 2, k: 4, seed: 0, start: golden.kmeans.start)
    #expect(abs(found.inertia - golden.kmeans.inertia) < 1e-4 * golden.kmeans.inertia)
    #expect(differences(found.labels, golden.kmeans.labels) == 0)
    // Drawn starts find means as good, the same ones for any number of threads.
    let drawn = KMeans.fit(golden.clumps, width: 2, k: 4, seed: 5)
    #expect(drawn.inertia < 1.2 * golden.kmeans.inertia)
    #expect(drawn.labels == KMeans.fit(golden.clumps, width: 2, k: 4, seed: 5, threads: .one).labels)
}

@Test func jointProbabilitiesAreThoseOfScikitLearn() throws {
    let golden = try MapGolden.read()
    let points = try MetricPoints(golden.points, width: 5, metric: .euclidean)
    let lists = points.lists(k: 39, isExact: true, seed: 0).lists
    let joint = TSNE.joint(
        rows: lists.rows, squares: lists.squares.map(Double.init), k: 39, perplexity: golden.tsne.perplexity)
    for row in 0..<40 {
        for edge in Int(joint.bounds[row])..<Int(joint.bounds[row + 1]) {
            let wanted = golden.tsne.joint[row * 40 + Int(joint.columns[edge])]
            // Both stop the search of a width at 1e-5 of the entropy.
            #expect(abs(Double(joint.weights[edge]) - wanted) < 1e-6 + 1e-3 * wanted)
        }
    }
}

@Test func aTSNEMapIsAsTrueAsScikitLearns() throws {
    let vectors = Array(MapGolden.sheets().prefix(64 * 900))
    let map = try TSNE.fit(vectors, width: 64, metric: .euclidean, iterations: 500)
    let alone = try TSNE.fit(vectors, width: 64, metric: .euclidean, iterations: 20, threads: .one)
    #expect(try TSNE.fit(vectors, width: 64, metric: .euclidean, iterations: 20).places == alone.places)
    #expect(trustworthiness(vectors, width: 64, places: map.places, k: 15) > 0.9781 - 0.005)
}

@Test func clustersAreNamedByWhatStandsOut() {
    let clusters = [0, 0, 0, 0, 1, 1, 1, -1, -1]
    let labels = [
        "The Red Rose", "A Red House", "Red and Blue", "House of Red Wine", "The Sea", "Sea and Sky", "On the Sea",
        "The Rose", "The Sky",
    ]
    let named = ClusterNames.byWords(clusters, labels: labels)
    #expect(named[0].hasPrefix("red"))
    #expect(named[1].hasPrefix("sea"))
    let genres = [
        ["Drama", "War"], ["War"], ["War", "Drama"], ["War"], ["Drama"], ["Drama", "Love"], ["Drama"], ["Love"],
        ["Love"],
    ]
    #expect(ClusterNames.byLift(clusters, values: genres) == ["War", "Drama"])
    // One entry more or less is nothing that stands out.
    #expect(ClusterNames.byLift([0, 0, 1, 1], values: [["a"], ["b"], ["c"], ["d"]]) == ["", ""])
}
