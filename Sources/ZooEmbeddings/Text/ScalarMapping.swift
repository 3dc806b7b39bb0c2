import Foundation

/// What becomes of each character, computed when it is met first.
///
/// Not for several threads at a time.
final class ScalarMapping {
    private let compute: (Unicode.Scalar) -> [UInt32]
    private var pages = [Int32](repeating: -1, count: 0x1100)
    /// 0 where it is not known, -1 for the character itself, else a place in `results` from 1.
    private var slots: [Int32] = []
    private var results: [[UInt32]] = []

    private init(_ compute: @escaping (Unicode.Scalar) -> [UInt32]) { self.compute = compute }

    /// The full canonical decomposition (NFD), without reordering.
    static func decomposition() -> ScalarMapping {
        ScalarMapping {
            isNew($0) ? [$0.value] : String($0).decomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
        }
    }

    /// The full compatibility decomposition (NFKD), without reordering.
    static func compatibility() -> ScalarMapping {
        ScalarMapping {
            isNew($0) ? [$0.value] : String($0).decomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
        }
    }

    /// The lower-case form, without regard to what is around.
    static func lowercase() -> ScalarMapping {
        ScalarMapping { $0.properties.lowercaseMapping.unicodeScalars.map(\.value) }
    }

    /// Whether the tables of tokenizers, of Unicode 9, do not have a character.
    private static func isNew(_ scalar: Unicode.Scalar) -> Bool { ScalarClass.age(of: scalar) > 90 }

    /// Adds what becomes of a scalar to a text.
    @inline(__always)
    func append(_ scalar: UInt32, to text: inout [UInt32]) {
        let page = pages[Int(scalar >> 8)]
        let slot = page < 0 ? 0 : slots[Int(page) &<< 8 &+ Int(scalar & 0xFF)]
        if slot < 0 { return text.append(scalar) }
        text.append(contentsOf: slot > 0 ? results[Int(slot) - 1] : computed(scalar))
    }

    private func computed(_ scalar: UInt32) -> [UInt32] {
        let result = Unicode.Scalar(scalar).map(compute) ?? [scalar]
        if pages[Int(scalar >> 8)] < 0 {
            pages[Int(scalar >> 8)] = Int32(slots.count >> 8)
            slots += repeatElement(0, count: 256)
        }
        var slot: Int32 = -1
        if result != [scalar] {
            results.append(result)
            slot = Int32(results.count)
        }
        slots[Int(pages[Int(scalar >> 8)]) << 8 + Int(scalar & 0xFF)] = slot
        return result
    }
}
