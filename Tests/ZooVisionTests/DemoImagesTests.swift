import Testing
import ZooVision

@Suite struct DemoImagesTests {
    @Test func theSameSeedDrawsTheSameImages() {
        let (first, second) = (DemoImages(seed: 3), DemoImages(seed: 3))
        for label in DemoImages.classes.indices {
            #expect(first.image(label: label, index: 5) == second.image(label: label, index: 5))
            #expect(first.image(label: label, index: 5) != first.image(label: label, index: 6))
        }
        #expect(first.image(label: 0, index: 0) != DemoImages(seed: 4).image(label: 0, index: 0))
    }

    @Test func imagesHaveManySizesAndColours() {
        let images = (0..<40).map { DemoImages(seed: 0).image(label: $0 % 4, index: $0) }
        #expect(Set(images.map(\.height)).count > 10)
        #expect(images.allSatisfy { (40...72).contains($0.height) && (40...72).contains($0.width) })
        #expect(Set(images.map { $0.pixels[0] / 16 }).count > 4)
    }
}
