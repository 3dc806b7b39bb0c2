import Testing
import ZooVision

@Suite struct DemoPicturesTests {
    @Test func theSameSeedDrawsTheSamePictures() {
        let (first, second) = (DemoPictures(seed: 3), DemoPictures(seed: 3))
        for label in DemoPictures.classes.indices {
            #expect(first.picture(label: label, index: 5) == second.picture(label: label, index: 5))
            #expect(first.picture(label: label, index: 5) != first.picture(label: label, index: 6))
        }
        #expect(first.picture(label: 0, index: 0) != DemoPictures(seed: 4).picture(label: 0, index: 0))
    }

    @Test func picturesHaveManySizesAndColours() {
        let pictures = (0..<40).map { DemoPictures(seed: 0).picture(label: $0 % 4, index: $0) }
        #expect(Set(pictures.map(\.height)).count > 10)
        #expect(pictures.allSatisfy { (40...72).contains($0.height) && (40...72).contains($0.width) })
        #expect(Set(pictures.map { $0.pixels[0] / 16 }).count > 4)
    }
}
