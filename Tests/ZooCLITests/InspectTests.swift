import Foundation
import Testing
import ZooVision

/// `zoo inspect` and `zoo data augment`
@Suite struct InspectTests {
    private func image(_ box: Sandbox, _ name: String) throws -> Image {
        try Image(decoding: [UInt8](Data(contentsOf: box.folder.appendingPathComponent(name))))
    }

    @Test func layersAreListedAndDrawn() throws {
        try withSandbox { box in
            let list = try box.succeed("inspect", "cifar10-resnet")
            #expect(list.contains("conv1") && list.contains("receptive field") && list.contains("48 of 3x3x3"))
            #expect(
                try box.succeed("inspect", "cifar10-resnet", "-o", "f.png").contains("48 filters of layer 1, conv1"))
            // 7 x 7 tiles of 3 x 3 pixels, 16 times as large, with lines of 2 between them.
            let filters = try image(box, "f.png")
            #expect(filters.width == 7 * 50 + 2 && filters.height == 7 * 50 + 2)
            let report: JSONObject = try box.json(
                "inspect", "cifar10-resnet", "f.png", "--layer", "2", "--count", "4", "-o", "a.png")
            let picture = try #require(report["picture"] as? JSONObject)
            #expect(picture["shows"] as? String == "activations" && picture["count"] as? Int == 4)
            #expect(try image(box, "a.png").width == picture["width"] as? Int)
        }
    }

    @Test(arguments: [
        (["cifar10-resnet", "--layer", "99"], "has layers 1 to"), (["movielens-100k"], "movielens-100k"),
        (["cifar10-resnet", "--layer", "2", "-o", "x.png"], "name an image"),
        (["cifar10-resnet", "no.png"], "no.png"),
    ])
    func whatCannotBeShownIsSaid(_ words: [String], _ message: String) throws {
        try withSandbox { box in
            let run = try box.start(["inspect"] + words).wait()
            #expect(run.isOneLineFailure && run.stderr.contains(message), "\(run.stderr)")
        }
    }

    @Test func augmentationIsDrawn() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--name", "pets", "--quiet")
            func drawn(_ words: String...) throws -> Image {
                let all = ["data", "augment", "pets", "--images", "2", "--views", "3", "--size", "32", "-o", "a.png"]
                let run = try box.start(all + ["--replace"] + words).wait()
                #expect(run.code == 0, "\(run.stderr)")
                return try image(box, "a.png")
            }
            let sheet = try drawn()
            #expect(sheet.width == 4 * 34 + 2 && sheet.height == 2 * 34 + 2)
            let (again, other) = (try drawn(), try drawn("--seed", "1"))
            #expect(again == sheet && other != sheet)
            // Flipped always, and nothing else: the second view is the first one's mirror image, but for rounding.
            let flipped = try drawn("--augment", "none", "--flip", "1")
            var most = 0
            for y in 2..<34 {
                for x in 2..<34 {
                    let (one, other) = ((y * 138 + x) * 3, (y * 138 + 34 + 35 - x) * 3)
                    most = max(most, abs(Int(flipped.pixels[one]) - Int(flipped.pixels[other])))
                }
            }
            #expect(most <= 1)
            #expect(try box.start(["data", "augment", "pets", "--augment", "none", "-o", "b.png"]).wait().code == 64)
        }
    }
}
