import Foundation
import ZooVision

/// What Scripts/goldens/images.py wrote: bytes are in base64, as Foundation reads `Data`.
struct ImageGoldens: Decodable {
    struct Stored: Decodable {
        let file: Data
        let height: Int
        let width: Int
        let pixels: Data
        let tolerance: Int
    }

    struct Resizes: Decodable {
        struct Case: Decodable {
            let filter: ResizeFilter
            let height: Int
            let width: Int
            let pixels: Data
        }

        let height: Int
        let width: Int
        let pixels: Data
        let cases: [Case]
    }

    struct View: Decodable {
        let height: Int
        let width: Int
        let size: Int
        let pixels: Data
        let values: Data
    }

    struct Scaled: Decodable {
        let file: Data
        let drafts: [String: Data]
    }

    let pictures: [String: Stored]
    let resizes: Resizes
    let tensors: [View]
    let scaled: Scaled

    static func load() throws -> ImageGoldens { try decoded("images") }

    /// What a script of that name wrote.
    static func decoded<Golden: Decodable>(_ name: String) throws -> Golden {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens/\(name).json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}

/// How far two lots of bytes are apart: at most, and on average.
func distance(_ a: [UInt8], _ b: [UInt8]) -> (greatest: Int, mean: Double) {
    let distances = zip(a, b).map { abs(Int($0) - Int($1)) }
    return (distances.max() ?? 0, Double(distances.reduce(0, +)) / Double(max(1, distances.count)))
}

/// An image whose pixels all differ from their neighbours, and from each other where there are not too many.
func patterned(height: Int, width: Int, seed: Int = 0) -> Image {
    let pixels = (0..<(height * width)).flatMap { place -> [UInt8] in
        let number = place &* 7 &+ seed &* 131
        return [
            UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: place / 5), UInt8(truncatingIfNeeded: seed),
        ]
    }
    return Image(height: height, width: width, pixels: pixels)
}

/// An image of soft colours, as photographs have.
func soft(height: Int, width: Int) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
        for x in 0..<width {
            let a = 127 + 100 * sin(Double(x) / 9) * cos(Double(y) / 7)
            let b = 127 + 100 * cos(Double(x + y) / 11)
            pixels += [UInt8(a), UInt8(b), UInt8((a + b) / 2)]
        }
    }
    return Image(height: height, width: width, pixels: pixels)
}
