import Foundation
import Testing
import ZooWeights

@Suite struct ModelPackTests {
    private let members: [(name: String, bytes: [UInt8])] = [
        ("model.json", Array("{}\n".utf8)), ("run.json", Array("[]\n".utf8)), ("card.md", Array("# A model\n".utf8)),
        ("model.h5", (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
    ]

    private func reason(_ bytes: [UInt8]) -> String? {
        do {
            _ = try ModelPack(decoding: bytes, named: "x.zoo")
            return nil
        } catch { return "\(error)" }
    }

    /// A zip archive as another program could write it, with a manifest that fits.
    private func zip(
        _ files: [(name: String, bytes: [UInt8])], version: Int = 1, claims: [String: Int] = [:], twice: String? = nil
    ) -> [UInt8] {
        let listed = files.map {
            #"{"name":"\#($0.name.replacing("\\", with: "\\\\"))","bytes":\#(claims[$0.name] ?? $0.bytes.count),"sha256":"\#(WeightStore.sha256($0.bytes))"}"#
        }
        let manifest =
            #"{"format":"zoo-pack","version":\#(version),"name":"m","files":[\#(listed.joined(separator: ","))]}"#
        var all = [("manifest.json", Array(manifest.utf8))] + files.map { ($0.name, $0.bytes) }
        if let twice, let file = files.first(where: { $0.name == twice }) { all.append((file.name, file.bytes)) }
        return SmallZip.archive(all)
    }

    @Test func aPackIsReadAsItWasWritten() throws {
        let bytes = try ModelPack(name: "films", members: members).encoded()
        let pack = try ModelPack(decoding: bytes, named: "x.zoo")
        #expect(pack.name == "films" && pack.members.map(\.name) == members.map(\.name))
        #expect(
            pack.bytes(of: "model.h5").map(Array.init) == members[3].bytes && pack.bytes(of: "embeddings.json") == nil)
        #expect(try ModelPack(name: "films", members: members).encoded() == bytes)
        #expect(bytes.starts(with: [0x50, 0x4B, 3, 4]))
    }

    /// Whatever byte is changed, wherever it is cut: refused in one line.
    @Test func aChangedByteIsRefused() throws {
        let whole = try ModelPack(name: "films", members: members).encoded()
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 1 << UInt8(place % 8)
            #expect(reason(bytes)?.contains("\n") == false, "byte \(place)")
        }
        for count in 0..<whole.count { #expect(reason(Array(whole.prefix(count))) != nil, "\(count) bytes") }
        for extra in [[0], Array("more".utf8)] as [[UInt8]] { #expect(reason(whole + extra) != nil) }
        var generator = SplitMix(state: 17)
        for round in 0..<2000 {
            var bytes = whole
            for _ in 0...Int(generator.next() % 4) {
                let (place, length) = (Int(generator.next() % UInt64(bytes.count)), Int(generator.next() % 30))
                switch generator.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + length))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + length)], at: place)
                }
                if bytes.isEmpty { break }
            }
            guard bytes != whole else { continue }
            #expect(reason(bytes) != nil, "round \(round)")
        }
    }

    @Test(arguments: ["../model.h5", "/etc/passwd", "..\\model.h5", "a/../../b", "model.h5\u{202E}", "other.txt"])
    func namesThatNoPackHasAreRefused(_ name: String) {
        let said = reason(zip(members + [(name, [1, 2, 3])]))
        let leads = name.contains("..") || name.contains("/")
        #expect(
            said?.contains(leads ? "leads out of the pack" : "which no pack of version 1 does") == true, "\(said ?? "")"
        )
    }

    @Test func whatThePackSaysOfItselfHasToBeTrue() {
        #expect(reason(zip(members, claims: ["model.h5": 5]))?.contains("and not the 5 of its manifest") == true)
        #expect(reason(zip(members, claims: ["model.h5": 1 << 40]))?.contains("model.h5 has 500 bytes") == true)
        #expect(reason(zip(members, twice: "model.h5"))?.contains("there are two of that name") == true)
        #expect(reason(zip(Array(members.dropLast())))?.contains("it holds no model.h5") == true)
        #expect(reason(zip(members))?.contains("packed by another program") == true)
        #expect(reason(zip(members, version: 2)) == "x.zoo has format 2, this program reads up to 1: update zoo")
        #expect(reason(SmallZip.archive([("a", [1])]))?.contains("without manifest.json") == true)
        #expect(reason([])?.contains("it is empty") == true && reason([1, 2, 3])?.contains("it is no pack") == true)
        #expect(reason(SmallZip.archive([("manifest.json", [0x7B])]))?.contains("not that of a pack") == true)
    }

    @Test func aBombIsRefusedBeforeItGrows() {
        // 4 GiB that are said to be deflated to ten bytes.
        let bomb = SmallZip.archive(
            [("manifest.json", Array(#"{"format":"zoo-pack","version":1,"name":"m","files":[]}"#.utf8))],
            deflated: ("model.h5", [3, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0xFFFF_FFF0))
        #expect(reason(bomb)?.contains("does not list what it holds") == true, "\(reason(bomb) ?? "")")
        let listed = SmallZip.archive(
            [
                (
                    "manifest.json",
                    Array(
                        #"""
                        {"format":"zoo-pack","version":1,"name":"m","files":[{"name":"model.h5","bytes":4294967280,"sha256":""},
                        {"name":"model.json","bytes":2,"sha256":""},{"name":"run.json","bytes":2,"sha256":""}]}
                        """#.utf8)
                ), ("model.json", [0x7B, 0x7D]), ("run.json", [0x5B, 0x5D]),
            ], deflated: ("model.h5", [3, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0xFFFF_FFF0))
        #expect(reason(listed)?.contains("zip bomb") == true, "\(reason(listed) ?? "")")
    }
}

/// Vigna's SplitMix64.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Zip archives as other programs write them, whose dates and attributes are not those of a pack.
enum SmallZip {
    static func archive(
        _ files: [(String, [UInt8])], deflated: (name: String, bytes: [UInt8], size: Int)? = nil
    ) -> [UInt8] {
        func le(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        let all = files.map { ($0.0, $0.1, $0.1.count, 0) } + (deflated.map { [($0.name, $0.bytes, $0.size, 8)] } ?? [])
        for (name, data, size, method) in all {
            let common =
                le(20, 2) + le(0, 2) + le(method, 2) + le(0x6000, 2) + le(0x5B81, 2) + le(Int(crc(data)), 4)
                + le(data.count, 4) + le(size, 4) + le(name.utf8.count, 2) + le(0, 2)
            directory +=
                le(0x0201_4B50, 4) + le(0x031E, 2) + common + le(0, 6) + le(0o120777 << 16, 4) + le(bytes.count, 4)
                + Array(name.utf8)
            bytes += le(0x0403_4B50, 4) + common + Array(name.utf8) + data
        }
        return bytes + directory + le(0x0605_4B50, 4) + le(0, 4) + le(all.count, 2) + le(all.count, 2)
            + le(directory.count, 4) + le(bytes.count, 4) + le(0, 2)
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}
