/// Lets text through up to the first of several stops, holding back what may be the beginning of one.
package struct StopFilter {
    private let stops: [[Unicode.Scalar]]
    private var held: [Unicode.Scalar] = []
    /// Whether a stop has come.
    package private(set) var isStopped = false

    /// Waits for any of `stops`.
    package init(_ stops: [String]) { self.stops = stops.filter { !$0.isEmpty }.map { Array($0.unicodeScalars) } }

    /// Takes a piece, and gives what is certain not to belong to a stop.
    package mutating func add(_ piece: String) -> String {
        guard !stops.isEmpty, !isStopped else { return isStopped ? "" : piece }
        held += Array(piece.unicodeScalars)
        let stop = held.indices.first { start in stops.contains { held[start...].starts(with: $0) } }
        if let stop {
            isStopped = true
            defer { held = [] }
            return text(held[..<stop])
        }
        let open = held.indices.first { start in stops.contains { $0.starts(with: held[start...]) } } ?? held.count
        defer { held.removeFirst(open) }
        return text(held[..<open])
    }

    /// What was held back.
    package mutating func finish() -> String {
        defer { held = [] }
        return isStopped ? "" : text(held[...])
    }

    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
