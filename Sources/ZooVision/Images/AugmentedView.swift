import Foundation
import ZooKernels

extension ImageView {
    /// A view of an image as the augmentation draws it.
    init(
        of image: Image, _ preprocessing: Preprocessing, _ augmentation: Augmentation,
        using generator: inout RandomGenerator
    ) {
        self.init(middleOf: image, preprocessing)
        pillow = nil  // what is drawn by chance need not be Pillow's to the last bit
        let size = preprocessing.size
        if let crop = augmentation.crop {
            (rows, columns) = Self.drawn(crop, image, size: size, using: &generator)
        } else if augmentation.zoom > 1 || augmentation.shift > 0 {
            let zoom = exp((generator.uniform() as Double) * log(max(1, augmentation.zoom)))
            rows = rows.moved(zoom: zoom, length: image.height, augmentation.shift, generator.uniform())
            columns = columns.moved(zoom: zoom, length: image.width, augmentation.shift, generator.uniform())
        }
        if augmentation.rotation > 0 { angle = generator.symmetric(augmentation.rotation) * .pi / 180 }
        if augmentation.dihedral {
            symmetry = ImageSymmetry.allCases[Int(generator.next() >> 61)]
        } else if augmentation.flip > 0, (generator.uniform() as Double) < augmentation.flip {
            symmetry = .mirrored
        }
        if augmentation.padding > 0 {
            let range = -augmentation.padding...augmentation.padding
            shift = (Int.random(in: range, using: &generator), Int.random(in: range, using: &generator))
        }
        if augmentation.brightness > 0 { brightness = generator.symmetric(augmentation.brightness) }
        if augmentation.contrast > 0 { contrast = max(0, 1 + generator.symmetric(augmentation.contrast)) }
        if augmentation.cutout > 0 {
            let side = max(1, Int((augmentation.cutout * Double(size)).rounded()))
            func drawn() -> Range<Int> {
                let start = Int.random(in: 0..<size, using: &generator) - side / 2
                return max(0, start)..<min(size, start + side)
            }
            cutout = (drawn(), drawn())
        }
    }

    /// The part that a crop shows: ten attempts, then as much of the middle as the proportions allow.
    private static func drawn(
        _ crop: Augmentation.Crop, _ image: Image, size: Int, using generator: inout RandomGenerator
    ) -> (rows: SampledAxis, columns: SampledAxis) {
        let (height, width) = (Double(image.height), Double(image.width))
        let widest = max(1, crop.proportions)
        var (rows, columns) = (min(height, width * widest), min(width, height * widest))
        var isDrawn = false
        for _ in 0..<10 where !isDrawn {
            let share = crop.minimumArea + (crop.maximumArea - crop.minimumArea) * generator.uniform()
            let proportion = exp(generator.symmetric(log(widest)))
            let area = height * width * min(1, max(1e-6, share))
            let (down, across) = ((area / proportion).squareRoot(), (area * proportion).squareRoot())
            isDrawn = down <= height && across <= width
            if isDrawn { (rows, columns) = (down, across) }
        }
        func place(_ part: Double, _ whole: Double) -> SampledAxis {
            let start = (whole - part) * (isDrawn ? generator.uniform() : 0.5)
            return SampledAxis(start: start, step: part / Double(size), count: size)
        }
        return (place(rows, height), place(columns, width))
    }
}

extension SampledAxis {
    /// The same number of samples, closer by `zoom`, `share` of the way from the middle to where chance (0...1) would have them.
    fileprivate func moved(zoom: Double, length: Int, _ share: Double, _ chance: Double) -> SampledAxis {
        let part = Double(count) * step / zoom
        let room = max(0, Double(length) - part)
        let start = room / 2 + room * min(1, max(0, share)) * (chance - 0.5)
        return SampledAxis(start: start, step: step / zoom, count: count)
    }
}

extension RandomGenerator {
    /// A number drawn uniformly from -limit ..< limit.
    fileprivate mutating func symmetric(_ limit: Double) -> Double { (2 * uniform() - 1) * limit }
}
