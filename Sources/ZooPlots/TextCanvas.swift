/// A grid of characters with 2 by 4 Braille dots in each.
struct TextCanvas {
    let columns: Int
    let rows: Int
    private var dots: [UInt8]
    private var letters: [Character?]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        dots = Array(repeating: 0, count: columns * rows)
        letters = Array(repeating: nil, count: columns * rows)
    }

    /// Sets the dot `x` of `2 * columns` from the left, `y` of `4 * rows` from the top; outside nothing happens.
    mutating func set(x: Int, y: Int) {
        guard x >= 0, y >= 0, x < columns * 2, y < rows * 4 else { return }
        let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        dots[y / 4 * columns + x / 2] |= bits[y % 4][x % 2]
    }

    /// Sets the dots of a straight line (Bresenham 1965).
    mutating func line(_ x0: Int, _ y0: Int, _ x1: Int, _ y1: Int) {
        let steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in 0...steps { set(x: x0 + (x1 - x0) * step / steps, y: y0 + (y1 - y0) * step / steps) }
    }

    /// Writes letters over the dots if all their cells are within the grid and have none yet.
    mutating func write(_ text: String, column: Int, row: Int, overDots: Bool = true) -> Bool {
        let letters = Array(text)
        guard row >= 0, row < rows, column >= 0, column + letters.count <= columns else { return false }
        let cells = (row * columns + column)..<(row * columns + column + letters.count)
        guard cells.allSatisfy({ self.letters[$0] == nil && (overDots || dots[$0] == 0) }) else { return false }
        for (cell, letter) in zip(cells, letters) { self.letters[cell] = letter }
        return true
    }

    /// One row as text.
    func row(_ row: Int) -> String {
        String(
            (0..<columns).map { column -> Character in
                let cell = row * columns + column
                if let letter = letters[cell] { return letter }
                guard dots[cell] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) else { return " " }
                return Character(scalar)
            })
    }
}
