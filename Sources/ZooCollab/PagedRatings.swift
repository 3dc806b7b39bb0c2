import Foundation

/// Ratings that were moved to a file without a name, as the system would do with memory that nobody touches if it had swap space.
///
/// Their arrays stay as they are and where they are: what is touched is read back. So a training that has its own order of
/// the ratings does not keep them in memory twice.
package struct PagedRatings {
    private let leastBytes: Int
    private var regions: [UnsafeMutableRawBufferPointer] = []

    /// Moves many ratings; few stay in memory, and all where no file can be written.
    ///
    /// - Parameter leastBytes: the size of an array that is moved; the default is glibc's greatest threshold, from which on an array has
    ///   pages of its own
    package init(_ ratings: Interactions, leastBytes: Int = 1 << 25) {
        self.leastBytes = leastBytes
        for column in [ratings.users, ratings.items] { column.withUnsafeBytes { move($0) } }
        ratings.ratings.withUnsafeBytes { move($0) }
    }

    /// Lets go of what was read back; the ratings must still be there.
    package func release() {
        for region in regions { madvise(region.baseAddress, region.count, MADV_DONTNEED) }
    }

    private mutating func move(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= leastBytes, let start = bytes.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let skipped = (page - Int(bitPattern: start) % page) % page
        let pages = UnsafeMutableRawBufferPointer(
            start: UnsafeMutableRawPointer(mutating: start + skipped), count: (bytes.count - skipped) / page * page)
        var path = Array((FileManager.default.temporaryDirectory.path + "/zoo-ratings-XXXXXX").utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return }
        defer { close(file) }
        unlink(path)
        var done = 0
        while done < pages.count {
            let rest = UnsafeRawBufferPointer(rebasing: pages[done...])
            let written = write(file, rest.baseAddress, rest.count)
            guard written > 0 else { return }
            done += written
        }
        // The file holds what the pages hold, so that nobody sees a difference, on whatever thread.
        let isMapped = mmap(pages.baseAddress, pages.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0)
        if isMapped != MAP_FAILED { regions.append(pages) }
    }
}
