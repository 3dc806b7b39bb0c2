import Foundation

/// Letting go of files that were locked with `flock`.
enum FileLock {
    /// Unlocks and closes a descriptor; the end of the process does the same.
    ///
    /// Closing alone would not do: a program that another thread is just starting holds a copy of every descriptor from its
    /// fork to its exec, and a lock lasts until the last copy is closed. Unlocking ends it for all copies.
    static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
