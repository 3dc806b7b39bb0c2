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

    /// The 1,797 digits of scikit-learn, of 64 numbers each.
    static func digits() throws -> [Float] {
        let text = try String(contentsOf: folder.appendingPathComponent("digits.txt"), encoding: .utf8)
        return text.utf8.compactMap { $0 == 10 ? nil : Float($0 < 58 ? $0 - 48 : $0 - 87) }
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
