import Foundation
import Testing

@Suite struct PackCommandTests {
    private func packs(_ box: Sandbox) -> [String] {
        let folder = box.home.appendingPathComponent("packs").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".h5") }
    }

    @Test func verifyNamesTheDataSetOfADamagedPack() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--pack", "8")
            #expect(try box.succeed("models", "verify").contains("intact images of: shapes"))
            let name = try #require(packs(box).first)
            let file = box.home.appendingPathComponent("packs/" + name)
            let whole = try Data(contentsOf: file)
            var bytes = whole
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: file)
            let damaged = try box.zoo("models", "verify")
            #expect(
                damaged.code == 1 && damaged.stdout.contains("damaged images of (import or restore them): shapes"))
            #expect(damaged.stdout.contains("Some files of models and images are damaged or missing."))
            try FileManager.default.removeItem(at: file)
            let run = try box.zoo("models", "verify", "--json")
            let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            let state = try #require(report?["packs"] as? JSONObject)
            #expect(
                run.code == 1 && state["missing"] as? [String] == ["shapes"] && report?["is_sound"] as? Bool == false)
            try whole.write(to: file)
            #expect(try box.succeed("models", "verify").contains("All files of models and images are intact."))
        }
    }

    @Test func gcSweepsPacksThatNoDataSetNames() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--pack", "8")
            let kept = packs(box)
            let orphan = String(repeating: "0", count: 64) + ".h5"
            try box.write("home/packs/\(orphan)", "nobody's")
            try box.write("home/packs/.1-2.tmp", "half")
            #expect(try box.succeed("models", "verify").contains("packs/\(orphan.dropLast(3)), packs/.1-2.tmp"))
            let swept: JSONObject = try box.json("models", "gc")
            #expect(Set(swept["removed"] as? [String] ?? []) == ["packs/\(orphan)", "packs/.1-2.tmp"])
            #expect(packs(box) == kept && kept.count == 1)
            try box.succeed("data", "remove", "shapes")
            #expect(packs(box).isEmpty)
            #expect(try box.succeed("models", "gc").contains("Nothing"))
        }
    }
}
