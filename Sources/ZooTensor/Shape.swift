/// The sizes of a tensor's axes, outermost first; a scalar has none.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The size of each axis.
    public let dimensions: [Int]
    /// The number of elements: the product of the sizes, 1 for a scalar.
    public let count: Int

    /// Creates a shape.
    ///
    /// - Precondition: no size is negative.
    public init(_ dimensions: [Int]) {
        var count = 1
        for size in dimensions {
            precondition(size >= 0, "Shape: negative size in \(dimensions)")
            count *= size
        }
        self.dimensions = dimensions
        self.count = count
    }

    /// Creates a shape from its sizes.
    public init(arrayLiteral sizes: Int...) { self.init(sizes) }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// The size of `axis`; -1 is the last axis.
    public subscript(axis: Int) -> Int { dimensions[normalized(axis)] }

    /// `axis` counted from the front.
    ///
    /// - Precondition: -rank ..< rank
    public func normalized(_ axis: Int) -> Int {
        precondition(axis >= -rank && axis < rank, "axis \(axis) is out of range for shape \(self)")
        return axis < 0 ? axis + rank : axis
    }

    /// `axes` counted from the front and sorted; all axes when nil.
    func normalized(_ axes: [Int]?) -> [Int] {
        guard let axes else { return Array(0..<rank) }
        if axes.count == 1 { return [normalized(axes[0])] }
        let sorted = axes.map { normalized($0) }.sorted()
        precondition(zip(sorted, sorted.dropFirst()).allSatisfy { $0 != $1 }, "axes \(axes) repeat for shape \(self)")
        return sorted
    }

    /// The product of the sizes of `axes`.
    func count(of axes: Range<Int>) -> Int { dimensions[axes].reduce(1, *) }

    /// This shape with `axis` (counted from the front) of another size.
    func replacing(_ axis: Int, with size: Int) -> Shape {
        var sizes = dimensions
        sizes[axis] = size
        return Shape(sizes)
    }

    /// As in `[32, 10]`.
    public var description: String { dimensions.description }
}
