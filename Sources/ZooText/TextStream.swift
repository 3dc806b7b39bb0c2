import Foundation
import ZooKernels
import ZooTensor

/// A text cut into rows that are read side by side, so that a state can be kept from one window to the next.
///
/// Row r holds tokens `r * rowLength ... (r + 1) * rowLength`: its last token is the next row's first, a target here and an
/// input there. What does not fill a step of all rows is left out at the end.
public struct TextStream: Sendable {
    /// The text.
    public let tokens: [Int32]
    /// Rows side by side.
    public let batchSize: Int
    /// Predictions in each row.
    public let rowLength: Int

    /// Cuts a text.
    ///
    /// - Throws: `TextError.tooShort` where not every row gets an input and a target.
    /// - Precondition: `batchSize` is at least 1.
    public init(_ tokens: [Int32], batchSize: Int) throws(TextError) {
        precondition(batchSize >= 1, "TextStream: batchSize must be at least 1, not \(batchSize)")
        rowLength = (tokens.count - 1) / batchSize
        guard tokens.count > batchSize else {
            throw .tooShort(tokens: tokens.count, batchSize: batchSize, needed: batchSize + 1)
        }
        self.tokens = tokens
        self.batchSize = batchSize
    }

    /// Predictions in all rows.
    public var predictionCount: Int { rowLength * batchSize }

    /// The steps `range` of all rows: what is read, and what should come next.
    ///
    /// - Returns: int32 [time, batch] each
    /// - Precondition: `range` lies within a row.
    public func window(_ range: Range<Int>) -> (inputs: Tensor, targets: Tensor) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rowLength, "TextStream: \(range) of \(rowLength)")
        var (inputs, targets) = ([Int32](), [Int32]())
        inputs.reserveCapacity(range.count * batchSize)
        targets.reserveCapacity(range.count * batchSize)
        for step in range {
            for row in 0..<batchSize {
                inputs.append(tokens[row * rowLength + step])
                targets.append(tokens[row * rowLength + step + 1])
            }
        }
        let shape: Shape = [range.count, batchSize]
        return (Tensor(inputs, shape: shape), Tensor(targets, shape: shape))
    }

    /// The windows of one pass, each of `length` steps but the last.
    ///
    /// - Precondition: `length` is at least 1.
    public func windows(length: Int) -> [Range<Int>] {
        precondition(length >= 1, "TextStream: windows of \(length)")
        return stride(from: 0, to: rowLength, by: length).map { $0..<min($0 + length, rowLength) }
    }

    /// The windows of pass `epoch` with varying lengths, so that passes do not cut the text at the same places.
    ///
    /// A length is drawn from a normal distribution of deviation 5 around `length`, or one time in twenty around half of
    /// it. The seed and the epoch alone decide.
    /// - Source: Merity et al. 2018, section 3
    /// - Precondition: `length` is at least 1.
    public func windows(around length: Int, epoch: Int, seed: UInt64) -> [Range<Int>] {
        precondition(length >= 1, "TextStream: windows of \(length)")
        // An odd constant keeps the states of neighbouring epochs apart.
        var generator = RandomGenerator(seed: seed &+ UInt64(bitPattern: Int64(epoch)) &* 0xD1B5_4A32_D192_ED03)
        var (windows, start) = ([Range<Int>](), 0)
        while start < rowLength {
            let mean = (generator.uniform() as Double) < 0.95 ? Double(length) : Double(length) / 2
            let drawn = Int((mean + 5 * Double(generator.normal() as Float)).rounded())
            let end = min(start + min(max(drawn, min(5, length)), length + 20), rowLength)
            windows.append(start..<end)
            start = end
        }
        return windows
    }
}
