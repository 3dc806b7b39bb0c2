/// Weights that a training kept as a length and a direction (weight normalisation), put together again.
///
/// - Source: Salimans & Kingma 2016; PyTorch's `weight_norm`, along the first axis: w = g * v / |v|
enum WeightNorm {
    private static let forms = [
        (length: ".parametrizations.weight.original0", direction: ".parametrizations.weight.original1"),
        (length: ".weight_g", direction: ".weight_v"),
    ]

    /// `x.weight` for the name of either part of it, other names as they are.
    static func foldedName(_ name: String) -> String {
        for form in forms {
            for part in [form.length, form.direction] where name.hasSuffix(part) {
                return name.dropLast(part.count) + ".weight"
            }
        }
        return name
    }

    /// The entries with `x.weight` in place of both parts of it.
    static func folded(_ entries: [WeightEntry]) -> [WeightEntry] {
        guard entries.contains(where: { entry in forms.contains { entry.path.hasSuffix($0.direction) } }) else {
            return entries
        }
        let byPath = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return entries.compactMap { entry in
            for form in forms {
                if entry.path.hasSuffix(form.length) {
                    let direction = byPath[entry.path.dropLast(form.length.count) + form.direction]
                    return direction.flatMap { folded(direction: $0, length: entry, "") } == nil ? entry : nil
                }
                guard entry.path.hasSuffix(form.direction) else { continue }
                let name = entry.path.dropLast(form.direction.count)
                return byPath[name + form.length].flatMap { folded(direction: entry, length: $0, name + ".weight") }
                    ?? entry
            }
            return entry
        }
    }

    /// Each row of the direction at the length that it has; nil where there is not one length for each row.
    private static func folded(direction: WeightEntry, length: WeightEntry, _ path: String) -> WeightEntry? {
        guard let rows = direction.shape.first, rows > 0, length.shape.first == rows, length.count == rows,
            direction.type.isFloat, length.type.isFloat
        else { return nil }
        return WeightEntry(path: path, shape: direction.shape, type: .float32) {
            var (values, lengths) = (try direction.values.floats ?? [], try length.values.floats ?? [])
            let width = values.count / rows
            for row in 0..<rows {
                let range = row * width..<(row + 1) * width
                let norm = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                for place in range { values[place] = Float(Double(values[place]) * Double(lengths[row]) / norm) }
            }
            return .float32(values)
        }
    }
}
