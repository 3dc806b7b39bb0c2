import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision

/// So that a network's number is the byte itself.
private let plain = PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])

/// What a network sees of `count` looks at one image [height, width, 3].
private func looks(
    _ image: Image, _ augmentation: Augmentation, count: Int, size: Int, resize: Double = 1, seed: UInt64 = 3,
    normalization: PixelNormalization = plain
) throws -> [[Float]] {
    let batches = ImageBatches(
        source: MemoryImages([image]), order: Array(repeating: 0, count: count), batchSize: count,
        preprocessing: Preprocessing(size: size, resize: resize, normalization: normalization, filter: .bilinear),
        augmentation: augmentation, seed: seed)
    let images = try #require(try batches.next()).images
    return (0..<count).map { images.sliced(axis: 0, $0..<($0 + 1)).floats }
}

private func floats(_ image: Image) -> [Float] { image.pixels.map(Float.init) }

/// An image whose red byte is twice the column and whose green byte is twice the row.
private func coordinates(height: Int, width: Int) -> Image {
    let pixels = (0..<(height * width)).flatMap { place -> [UInt8] in
        [UInt8(place % width * 2), UInt8(place / width * 2), 9]
    }
    return Image(height: height, width: width, pixels: pixels)
}

@Test func flipsAreMirrorImagesHalfOfTheTime() throws {
    let image = patterned(height: 16, width: 16)
    var augmentation = Augmentation()
    augmentation.flip = 0.5
    let seen = try looks(image, augmentation, count: 400, size: 16)
    let mirrored = seen.filter { $0 == floats(image.applying(.mirrored)) }.count
    #expect(mirrored + seen.filter { $0 == floats(image) }.count == 400)
    #expect((160...240).contains(mirrored))
    augmentation.flip = 1
    #expect(
        try looks(image.applying(.mirrored), augmentation, count: 3, size: 16).allSatisfy { $0 == floats(image) })
}

@Test func dihedralShowsAllEightSides() throws {
    let image = patterned(height: 8, width: 8)
    var augmentation = Augmentation()
    augmentation.dihedral = true
    let seen = try looks(image, augmentation, count: 400, size: 8)
    for symmetry in ImageSymmetry.allCases {
        let count = seen.filter { $0 == floats(image.applying(symmetry)) }.count
        #expect((25...80).contains(count))
    }
    #expect(Set(seen).count == 8)
}

@Test func paddingShiftsAndReflects() throws {
    let image = patterned(height: 6, width: 6)
    var augmentation = Augmentation()
    augmentation.padding = 2
    func shifted(_ down: Int, _ right: Int) -> [Float] {
        func mirror(_ place: Int) -> Int { place < 0 ? -1 - place : place > 5 ? 11 - place : place }
        return (0..<36).flatMap { place -> [Float] in
            let from = 3 * (mirror(place / 6 + down) * 6 + mirror(place % 6 + right))
            return image.pixels[from..<(from + 3)].map(Float.init)
        }
    }
    let expected = Set((-2...2).flatMap { down in (-2...2).map { shifted(down, $0) } })
    #expect(expected.count == 25)
    #expect(try Set(looks(image, augmentation, count: 500, size: 6)) == expected)
}

@Test func cifarShiftsAndMirrors() throws {
    let image = patterned(height: 32, width: 32)
    let seen = try looks(image, .cifar, count: 600, size: 32)
    #expect(Set(seen).count > 140 && Set(seen).count <= 162)
    let bytes = Set(floats(image))
    #expect(seen[0].allSatisfy { bytes.contains($0) })
}

@Test func zoomAndShiftStayWithinTheImage() throws {
    var augmentation = Augmentation()
    augmentation.zoom = 2
    augmentation.shift = 1
    let seen = try looks(coordinates(height: 60, width: 120), augmentation, count: 300, size: 20)
    // Red rises by twice the distance of the samples: a side of 60 over 20 samples, divided by the zoom.
    let steps = seen.map { Double($0[3 * 19] - $0[0]) / 2 / 19 }
    #expect(steps.allSatisfy { (1.4...3.1).contains($0) })
    #expect(try #require(steps.min()) < 1.7 && #require(steps.max()) > 2.8)
    let lefts = seen.map { $0[0] / 2 }
    #expect(try #require(lefts.min()) < 6 && #require(lefts.max()) > 70)
    #expect(seen.allSatisfy { $0[0] >= 0 && $0[3 * 19] <= 238 })
    augmentation.shift = 0
    let centred = try looks(coordinates(height: 60, width: 120), augmentation, count: 20, size: 20)
    #expect(centred.allSatisfy { abs($0[3 * 9] + $0[3 * 10] - 2 * 119) <= 2 })
}

@Test func rotationTurnsAboutTheMiddle() throws {
    var augmentation = Augmentation()
    augmentation.rotation = 30
    let seen = try looks(coordinates(height: 64, width: 100), augmentation, count: 200, size: 32, resize: 2)
    var angles: [Double] = []
    for view in seen {
        func value(_ row: Int, _ column: Int, _ channel: Int) -> Double {
            Double(view[3 * (row * 32 + column) + channel])
        }
        // Twice the column's number, of 100 in the image and of 32 in a view of half its rows.
        let across = (value(16, 31, 0) - value(16, 0, 0)) / 62
        let down = (value(31, 16, 0) - value(0, 16, 0)) / 62
        #expect(abs(across * across + down * down - 1) < 0.1)
        #expect(abs(value(15, 15, 0) + value(16, 16, 0) - 2 * 99) < 3)
        // Green turns the same way.
        #expect(abs((value(16, 31, 1) - value(16, 0, 1)) / 62 + down) < 0.06)
        angles.append(atan2(-down, across) * 180 / .pi)
    }
    #expect(angles.allSatisfy { abs($0) < 32 })
    #expect(try #require(angles.min()) < -24 && #require(angles.max()) > 24)
}

@Test func bordersOfTurnedImagesReflect() throws {
    var augmentation = Augmentation()
    augmentation.rotation = 45
    let seen = try looks(coordinates(height: 40, width: 40), augmentation, count: 50, size: 40)
    // The mirror image of the image holds no colour that it does not have; black would stand out in the blue.
    #expect(seen.allSatisfy { view in (0..<1600).allSatisfy { abs(view[3 * $0 + 2] - 9) < 0.5 } })
    #expect(seen.allSatisfy { view in view.allSatisfy { $0 >= 0 && $0 <= 78 } })
}

@Test func cropsHaveTheAreasAskedFor() throws {
    var augmentation = Augmentation()
    augmentation.crop = .init(minimumArea: 0.25, maximumArea: 0.5, proportions: 1.5)
    let seen = try looks(coordinates(height: 80, width: 100), augmentation, count: 300, size: 24)
    for view in seen {
        let width = Double(view[3 * 23] - view[0]) / 2 * 24 / 23
        let height = Double(view[3 * 23 * 24 + 1] - view[1]) / 2 * 24 / 23
        #expect((0.22...0.53).contains(width * height / 8000))
        #expect((0.62...1.6).contains(width / height))
    }
    #expect(Set(seen).count > 290)
}

@Test func lightChangesLevelsAndNothingElse() throws {
    let grey = Image(height: 8, width: 8, pixels: Array(repeating: 100, count: 192))
    var augmentation = Augmentation()
    augmentation.brightness = 0.2
    let brighter = try looks(grey, augmentation, count: 200, size: 8)
    #expect(brighter.allSatisfy { view in view.allSatisfy { $0 == view[0] } && abs(view[0] - 100) <= 51 })
    #expect(brighter.contains { $0[0] > 140 } && brighter.contains { $0[0] < 60 })
    augmentation = Augmentation()
    augmentation.contrast = 0.5
    for view in try looks(grey, augmentation, count: 20, size: 8) {
        #expect(view.allSatisfy { abs($0 - 100) < 1e-3 })
    }
    let halves = Image(height: 8, width: 8, pixels: (0..<192).map { $0 < 96 ? 80 : 120 })
    let gaps = try looks(halves, augmentation, count: 100, size: 8).map { $0[191] - $0[0] }
    #expect(gaps.allSatisfy { (19.9...60.1).contains($0) })
    #expect(gaps.contains { $0 > 55 } && gaps.contains { $0 < 25 })
    let white = Image(height: 4, width: 4, pixels: Array(repeating: 250, count: 48))
    augmentation.brightness = 0.5
    #expect(try looks(white, augmentation, count: 50, size: 4).allSatisfy { $0.allSatisfy { $0 >= 0 && $0 <= 255 } })
}

@Test func cutoutCoversASquareWithTheMean() throws {
    let image = Image(height: 20, width: 20, pixels: Array(repeating: 200, count: 1200))
    var augmentation = Augmentation()
    augmentation.cutout = 0.4
    let seen = try looks(image, augmentation, count: 100, size: 20, normalization: .imageNet)
    for view in seen {
        let covered = (0..<400).filter { place in view[(3 * place)..<(3 * place + 3)].allSatisfy { $0 == 0 } }
        let rows = Set(covered.map { $0 / 20 })
        let columns = Set(covered.map { $0 % 20 })
        #expect(covered.count == rows.count * columns.count)
        #expect((4...8).contains(rows.count) && (4...8).contains(columns.count))
    }
    #expect(Set(seen).count > 60)
}

@Test(arguments: [Augmentation.none, .sideOn, .topDown, .cifar]) func presetsKeepColoursAndJSON(
    _ augmentation: Augmentation
) throws {
    let text = try JSONEncoder().encode(augmentation)
    #expect(try JSONDecoder().decode(Augmentation.self, from: text) == augmentation)
    let views = try looks(soft(height: 50, width: 70), augmentation, count: 40, size: 24, resize: 1.15)
    #expect(views.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 <= 255 } })
    #expect(augmentation == .none ? Set(views).count == 1 : Set(views).count > 30)
}

@Test func changesTakeThePlaceOfWhatAPresetDoes() throws {
    var recipe = VisionTrainingOptions()
    #expect(recipe.imageChanges == nil)
    var changes = AugmentationChanges()
    (changes.cutout, changes.flip) = (0.5, 0)
    recipe.augmentationChanges = changes
    var wanted = Augmentation.none
    wanted.cutout = 0.5
    #expect(recipe.imageChanges == wanted)
    recipe.augmentation = .cifar
    wanted = .cifar
    (wanted.cutout, wanted.flip) = (0.5, 0)
    #expect(recipe.imageChanges == wanted)
    let read = try JSONDecoder().decode(VisionTrainingOptions.self, from: JSONEncoder().encode(recipe))
    #expect(read == recipe)
    recipe.augmentationChanges?.zoom = 0.5
    let error = #expect(throws: VisionTrainingError.self) { try recipe.validate() }
    #expect(error?.description.contains("zoom") == true)
}
