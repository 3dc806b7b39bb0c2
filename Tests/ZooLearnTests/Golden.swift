import Foundation

/// Reads a golden file beside these tests.
func golden<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Goldens/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}

/// The greatest distance between two rows of numbers; infinite where their lengths differ.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
