import Foundation

/// Why EASE cannot be trained.
package enum EASEError: Error, Hashable, CustomStringConvertible {
    /// B would not fit into memory.
    case tooManyItems(Int)
    /// B and what it takes to find it would not fit into the memory that is free.
    case tooLittleMemory(items: Int, needed: Double, available: Double)
    /// The matrix has no inverse within the precision.
    case noInverse(regularization: Float)
    /// The caller asked for the end.
    case stopped

    /// B, and the two matrices that it takes to find it, have 4 bytes a pair of items each.
    package static let bytesOfPair = 12
    /// Of more, the pairs would take more than 7.5 GB.
    static let mostItems = 25_000

    private static func gigabytes(_ bytes: Double) -> String {
        (bytes / 1e9).formatted(.number.precision(.significantDigits(2)))
    }

    /// One line.
    package var description: String {
        switch self {
        case .tooManyItems(let count):
            "ease takes at most \(Self.mostItems) items, not \(count): it holds a number for every pair; try another --model"
        case .tooLittleMemory(let items, let needed, let available):
            "ease takes about \(Self.gigabytes(needed)) GB of memory for \(items) items, as it weighs every pair of them, and "
                + "\(Self.gigabytes(available)) GB are free: --model ials needs little"
        case .noInverse(let regularization):
            "ease finds no solution in single precision with a penalty of \(regularization): settings nearer to the defaults have one"
        case .stopped: "the training of ease was stopped"
        }
    }
}
