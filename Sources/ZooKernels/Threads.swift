import CZooSIMD
import Foundation

/// How many threads kernels may use; passed down from the command line, never read from the environment here.
public struct ThreadCount: Sendable, Hashable {
    /// The number, at least 1.
    public let count: Int

    /// Creates a count of at least one thread.
    public init(_ count: Int) { self.count = max(1, count) }

    /// As many threads as the machine has active processors.
    public static let all = ThreadCount(ProcessInfo.processInfo.activeProcessorCount)
    /// The calling thread only.
    public static let one = ThreadCount(1)
}

/// Runs `body(0)`, ..., `body(count - 1)`, each once, on up to `threads` threads, and returns when all are done.
///
/// Nested calls, and calls while another thread uses the pool, run on the calling thread. How the work is cut must not
/// depend on that, so that the same seed and thread count give the same bits.
package func parallel(_ count: Int, threads: ThreadCount = .all, _ body: (Int) -> Void) {
    guard count > 1, threads.count > 1 else {
        for index in 0..<count { body(index) }
        return
    }
    withoutActuallyEscaping(body) { escapable in
        var task = escapable
        withUnsafeMutablePointer(to: &task) { pointer in
            zoo_parallel(
                threads.count, count,
                { context, index in
                    context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(index)
                }, pointer)
        }
    }
}
