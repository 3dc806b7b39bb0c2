/// Finds room for labels beside their points: greedy, most important first; a label without room is left out.
struct LabelPlacement {
    /// A rectangle in pixels.
    struct Box: Hashable {
        let left, top, right, bottom: Double

        func overlaps(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }

        func contains(_ other: Box) -> Bool {
            left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
        }
    }

    private let area: Box
    private let lineHeight: Double
    private let distance: Double
    private let points: PointGrid
    private var taken: [Box] = []

    /// Labels of `lineHeight` within `area`, `distance` away from their points, that avoid covering `points`.
    init(area: Box, points: [PlotPoint], lineHeight: Double, distance: Double) {
        self.area = area
        self.lineHeight = lineHeight
        self.distance = distance
        self.points = PointGrid(points, cell: 16)
    }

    /// Takes the best free place for a label of this width by `point`: one that covers the fewest points, right, left,
    /// above, below, then the corners. Neither the label nor its point may touch what was placed before.
    mutating func place(width: Double, at point: PlotPoint) -> Box? {
        let reach = distance - 2
        let disc = Box(left: point.x - reach, top: point.y - reach, right: point.x + reach, bottom: point.y + reach)
        guard !taken.contains(where: disc.overlaps) else { return nil }
        var best: (box: Box, covered: Int)?
        for (dx, dy) in Self.sides {
            let box = boxed(width, point, dx, dy)
            guard area.contains(box), !taken.contains(where: box.overlaps) else { continue }
            let covered = points.count(in: box, reach: reach)
            if covered < best?.covered ?? .max { best = (box, covered) }
        }
        // Covering a few of a crowd is fine, most of it is not.
        guard let best, best.covered <= 5 else { return nil }
        taken += [best.box, disc]
        return best.box
    }

    private static let sides: [(Double, Double)] = [
        (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1),
    ]

    private func boxed(_ width: Double, _ point: PlotPoint, _ dx: Double, _ dy: Double) -> Box {
        let left = dx > 0 ? point.x + distance : dx < 0 ? point.x - distance - width : point.x - width / 2
        let nearer = dx == 0 ? distance : distance * 0.5
        let top =
            dy > 0 ? point.y + nearer : dy < 0 ? point.y - nearer - lineHeight : point.y - lineHeight / 2
        return Box(left: left, top: top, right: left + width, bottom: top + lineHeight)
    }
}

/// Points by square cells, so that a box is compared with its surroundings only.
private struct PointGrid {
    private var cells: [Cell: [PlotPoint]] = [:]
    private let cell: Double

    private struct Cell: Hashable { let column, row: Int }

    init(_ points: [PlotPoint], cell: Double) {
        self.cell = cell
        for point in points { cells[at(point.x, point.y), default: []].append(point) }
    }

    /// How many points with this radius touch the box.
    func count(in box: LabelPlacement.Box, reach: Double) -> Int {
        let (left, right) = (box.left - reach, box.right + reach)
        let (top, bottom) = (box.top - reach, box.bottom + reach)
        let (first, last) = (at(left, top), at(right, bottom))
        var total = 0
        for column in first.column...last.column {
            for row in first.row...last.row {
                for point in cells[Cell(column: column, row: row)] ?? []
                where point.x > left && point.x < right && point.y > top && point.y < bottom {
                    total += 1
                }
            }
        }
        return total
    }

    private func at(_ x: Double, _ y: Double) -> Cell {
        Cell(column: Int((x / cell).rounded(.down)), row: Int((y / cell).rounded(.down)))
    }
}
