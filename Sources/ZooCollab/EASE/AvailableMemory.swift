import Foundation

/// The memory that this process can still take without swapping or being ended.
enum AvailableMemory {
    /// Bytes: what Linux calls available, and no more than the process's control group leaves; nil where neither is known.
    static var bytes: Double? {
        let machine = amount("/proc/meminfo", after: "MemAvailable:").map { $0 * 1024 }
        let group = amount("/sys/fs/cgroup/memory.max").map { most in
            // The cache of files gives way.
            most - (amount("/sys/fs/cgroup/memory.current") ?? 0)
                + (amount("/sys/fs/cgroup/memory.stat", after: "inactive_file") ?? 0)
        }
        return [machine, group].compactMap { $0 }.min()
    }

    /// The first number in a file of the kernel, or in the line of a name.
    private static func amount(_ path: String, after name: String? = nil) -> Double? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let name else { return words.first.flatMap { Double($0) } }
        return words.firstIndex { $0 == name }.flatMap { $0 + 1 < words.count ? Double(words[$0 + 1]) : nil }
    }
}
