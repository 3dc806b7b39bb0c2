/// The labels of marked places of a line plot: each beside its place, none over another label or another mark.
struct MarkLabels {
    /// The labels as SVG.
    private(set) var text = ""

    private static let lineHeight = 17.0
    private static let gap = 11.0

    /// - Parameter curve: pixels of the lines, which labels avoid where there is room elsewhere
    init(_ marks: [(pixel: PlotPoint, label: String)], curve: [PlotPoint], in frame: SVGFrame) {
        var taken = marks.map { Self.box(left: $0.pixel.x - 7, right: $0.pixel.x + 7, middle: $0.pixel.y, height: 14) }
        for (pixel, label) in marks {
            let width = TextMetrics.width(label, size: 12)
            let others = marks.filter { $0.pixel.x != pixel.x }.map {
                LabelPlacement.Box(left: $0.pixel.x, top: frame.top, right: $0.pixel.x + 1, bottom: frame.bottom)
            }
            let dots = curve.map { LabelPlacement.Box(left: $0.x, top: $0.y, right: $0.x + 1, bottom: $0.y + 1) }
            let place =
                Self.place(pixel, width, taken + others + dots, frame) ?? Self.place(
                    pixel, width, taken + others, frame)
                ?? Self.place(pixel, width, taken, frame)
            guard let place else { continue }
            taken.append(Self.box(place, width, pixel))
            text += SVGText.haloed(
                label, x: pixel.x + (place.isRight ? Self.gap : -Self.gap), y: place.middle + 4,
                anchor: place.isRight ? "start" : "end")
        }
    }

    private struct Place {
        let isRight: Bool
        let middle: Double
    }

    /// The nearest free place, above before below, right before left where both are in the image.
    private static func place(
        _ pixel: PlotPoint, _ width: Double, _ taken: [LabelPlacement.Box], _ frame: SVGFrame
    ) -> Place? {
        let sides = [true, false].filter { isRight in
            isRight ? pixel.x + gap + width < frame.right : pixel.x - gap - width > frame.left
        }
        let steps = Int((frame.bottom - frame.top) / lineHeight) + 1
        let heights = (0...max(0, steps)).flatMap { [-gap - Double($0) * lineHeight, gap + Double($0) * lineHeight] }
        for height in heights {
            let middle = pixel.y + height
            guard middle - lineHeight / 2 >= frame.top, middle + lineHeight / 2 <= frame.bottom else { continue }
            for isRight in sides.isEmpty ? [true] : sides {
                let place = Place(isRight: isRight, middle: middle)
                let box = box(place, width, pixel)
                if !taken.contains(where: box.overlaps) { return place }
            }
        }
        return nil
    }

    private static func box(_ place: Place, _ width: Double, _ pixel: PlotPoint) -> LabelPlacement.Box {
        let near = pixel.x + (place.isRight ? gap : -gap)
        return box(
            left: place.isRight ? near : near - width, right: place.isRight ? near + width : near,
            middle: place.middle, height: lineHeight)
    }

    private static func box(left: Double, right: Double, middle: Double, height: Double) -> LabelPlacement.Box {
        LabelPlacement.Box(left: left, top: middle - height / 2, right: right, bottom: middle + height / 2)
    }
}
