import Foundation
import Testing
import ZooKernels

/// What `Scripts/goldens/maps.py` wrote.
struct MapGolden: Decodable {
    struct Neighbourhood: Decodable {
        let neighbours: Int
        let indices: [Int32]
        let sigmas, rhos: [Double]
        let bounds: [Int64]
        let columns: [Int32]
        let weights: [Double]
    }
    struct Clusters: Decodable {
        let minimumClusterSize, minimumSamples: Int
        let labels: [Int]
        /// At how many points hdbscan is of another opinion than scikit-learn: ties.
        let differing: Int
    }
    struct KMeansResult: Decodable {
        let start, labels: [Int]
        let inertia: Double
    }
    struct Joint: Decodable {
        let perplexity: Double
        let joint: [Double]
    }
    let points, clumps: [Float]
    let euclidean, cosine: Neighbourhood
    let spectral: [Double]
    let curves: [[Double]]
    let tsne: Joint
    let hdbscan: [Clusters]
    let kmeans: KMeansResult

    static func read() throws -> MapGolden {
        try JSONDecoder().decode(MapGolden.self, from: Data(contentsOf: folder.appendingPathComponent("maps.json")))
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens")

    /// Ten sheets of three dimensions in 64, with noise: 1,800 vectors, as the script makes them.
    static func sheets() -> [Float] {
        /// A number of SplitMix64 with seed 0, from -1 to 1.
        func number(_ index: Int) -> Double {
            var z = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1
        }
        return (0..<(1800 * 64)).map { index in
            let (row, column) = (index / 64, index % 64)
            let own = row % 10
            var value = 0.5 * number(own * 64 + column)
            for axis in 0..<3 {
                value += 2 * number(2560 + row * 3 + axis) * number(640 + (own * 3 + axis) * 64 + column)
            }
            return Float(value + 0.5 * number(7960 + index))
        }
    }
}

/// The share of neighbours of a map that are neighbours of the vectors, others by how far off they are.
///
/// - Source: Venna & Kaski 2001; scikit-learn's `trustworthiness`.
func trustworthiness(_ vectors: [Float], width: Int, places: [Float], k: Int) -> Double {
    let count = places.count / 2
    func squares(_ values: [Float], _ width: Int) -> [Float] {
        var products = [Float](repeating: 0, count: count * count)
        gemm(
            transposeA: false, transposeB: true, m: count, n: count, k: width, alpha: 1, values, lda: width, values,
            ldb: width, beta: 0, &products, ldc: count)
        return products
    }
    let products = squares(vectors, width)
    let near = places.withUnsafeBufferPointer { NeighbourLists.exact($0, width: 2, k: k) }
    var penalty = 0
    products.withUnsafeBufferPointer { products in
        for row in 0..<count {
            func square(_ other: Int) -> Float {
                products[other * count + other] - 2 * products[row * count + other]
            }
            let own = (0..<count).map(square)
            let sorted = own.enumerated().filter { $0.offset != row }.map(\.element).sorted()
            for other in near.rows[(row * k)..<((row + 1) * k)] {
                let wanted = own[Int(other)]
                guard wanted > sorted[k - 1] else { continue }
                var (low, high) = (0, sorted.count)
                while low < high {
                    let middle = (low + high) / 2
                    if sorted[middle] < wanted { low = middle + 1 } else { high = middle }
                }
                penalty += low + 1 - k
            }
        }
    }
    return 1 - 2 * Double(penalty) / (Double(count * k) * Double(2 * count - 3 * k - 1))
}
