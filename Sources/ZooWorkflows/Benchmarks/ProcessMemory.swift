import Foundation

/// What the operating system says of this process's memory.
enum ProcessMemory {
    /// The most memory that the process has held so far, in units of 2^20 bytes.
    static var peakMegabytes: Double {
        var usage = rusage()
        getrusage(ownUsage, &usage)
        #if os(Linux)
            return Double(usage.ru_maxrss) / 1024  // in kilobytes there, in bytes elsewhere
        #else
            return Double(usage.ru_maxrss) / 1_048_576
        #endif
    }
}

#if os(Linux)
    private let ownUsage = __rusage_who_t(RUSAGE_SELF.rawValue)
#else
    private let ownUsage = RUSAGE_SELF
#endif
