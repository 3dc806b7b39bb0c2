import Foundation
import Testing
import ZooData

private struct Injected: Error {}

private func set(_ count: Int = 4) -> ImageSet {
    let images = (0..<count).map { index in
        StoredImage(
            path: "/x/\(index).jpg", name: "\(index).jpg", labels: [index % 2], split: index == 3 ? .valid : .train,
            sha256: String(repeating: "\(index)", count: 64), bytes: 100 + index, height: 10 + index, width: 20)
    }
    return ImageSet(
        classes: ["cat", "dog"], isMultiLabel: false, images: images,
        pack: ImagePack(sha256: "ab", bytes: 7, size: 32, offset: 2048))
}

@Suite struct ImageStoreTests {
    @Test func imagesAreReadAsTheyWereStored() throws {
        try withStore { store, _ in
            let dataset = try store.importImages(set(), name: "pets", source: "/x", unreadable: 2)
            guard case .images(let summary) = dataset.contents else { throw Injected() }
            #expect((summary.images, summary.unreadable, summary.packedSize) == (4, 2, 32))
            #expect((summary.counts.train, summary.counts.valid, summary.counts.test) == (3, 1, 0))
            #expect(summary.classes.map(\.name) == ["cat", "dog"])
            #expect(summary.classes[1].counts.valid == 1 && summary.classes[1].sizes.maximumHeight == 13)
            #expect(summary.sizes.bytes == 406)
            let read = try store.images(dataset: "pets")
            #expect(read.images == set() && read.dataset == dataset)
            #expect(try store.usedPacks() == ["ab"])
            try store.removeDataset(named: "pets")
            #expect(try store.usedPacks().isEmpty)
            #expect(try store.query("SELECT count(*) FROM zoo_images").rows() == [[.integer(0)]])
        }
    }

    @Test func setsThatDoNotFitTogetherAreRefused() throws {
        try withStore { store, _ in
            var twice = set()
            twice.images[1].name = "0.jpg"
            var wrong = set()
            wrong.images[0].labels = [2]
            var several = set()
            several.images[0].labels = [0, 1]
            for bad in [twice, wrong, several, set(0)] {
                #expect(throws: DataError.self) { try store.importImages(bad, name: "bad", source: "") }
            }
            several.isMultiLabel = true
            try store.importImages(several, name: "good", source: "")
            #expect(throws: DataError.exists(kind: "data set", name: "good")) {
                try store.importImages(set(), name: "good", source: "")
            }
            #expect(try store.images(dataset: "good").images == several)
        }
    }

    @Test func aFailureAtAnyWriteLeavesTheOldSet() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            try DataStore(url: url).importImages(set(), name: "pets", source: "old")
            for step in ["dataset", "images", "commit"] {
                let store = try DataStore(url: url, beforeWrite: { if $0 == step { throw Injected() } })
                #expect(throws: Injected.self) {
                    try store.importImages(set(2), name: "pets", source: "new", isReplacing: true)
                }
                #expect(try store.images(dataset: "pets").images == set())
            }
        }
    }

    @Test func theFingerprintIsOfContentsAndNotOfNames() {
        var renamed = set()
        renamed.images[0].name = "other.jpg"
        renamed.images[0].path = "/elsewhere/other.jpg"
        #expect(renamed.fingerprint == set().fingerprint)
        var moved = set()
        moved.images[0].split = .valid
        var changed = set()
        changed.images[0].sha256 = "ff"
        var relabelled = set()
        relabelled.images[0].labels = [1]
        var unpacked = set()
        unpacked.pack = nil
        for other in [moved, changed, relabelled, unpacked] { #expect(other.fingerprint != set().fingerprint) }
    }
}
