import Foundation

/// Trakt's JSON of ratings: a list of `{"rating": 9, "type": "movie", "movie": {"title": …, "year": …, "ids": …}}`.
///
/// - Source: https://trakt.docs.apiary.io/#reference/sync/get-ratings
enum TraktRatings {
    struct Entry: Decodable {
        struct Item: Decodable {
            struct Identifiers: Decodable { let imdb: String? }
            let title: String?
            let year: Int?
            let ids: Identifiers?
        }
        let rating: Double?
        let date: String?
        let type: String?
        let movie: Item?
        let show: Item?

        private enum CodingKeys: String, CodingKey {
            case rating, type, movie, show
            case date = "rated_at"
        }

        var item: Item? { movie ?? show }

        /// When it was rated, in seconds since 1970.
        var time: Int64? {
            var written = date ?? ""
            return written.withUTF8 { DateReading($0).seconds(dayFirst: false).map { Int64($0) } }
        }
    }

    /// The entries of a file whose first character opens a list; nil for another file, and for a list of flat objects.
    ///
    /// - Throws: `DataError.unreadable`, `.invalid`
    static func entries(path: String) throws -> [Entry]? {
        let descriptor = try openForReading(path)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        func read(_ count: Int) throws -> Data {
            do { return try handle.read(upToCount: count) ?? Data() } catch {
                throw DataError.unreadable(path: path, reason: error.localizedDescription)
            }
        }
        let beginning = try read(4096)
        let first = beginning.first { !"\u{FEFF} \t\r\n".utf8.contains($0) }
        guard first == UInt8(ascii: "[") else { return nil }
        // Ten thousand ratings take three megabytes.
        let limit = 256 << 20
        let bytes = try beginning + read(limit)
        guard bytes.count < limit else { throw DataError.unreadable(path: path, reason: "it is larger than 256 MB") }
        do {
            let entries = try JSONDecoder().decode([Entry].self, from: bytes)
            return entries.contains { $0.item != nil } ? entries : nil
        } catch {
            if (try? JSONTable(path: path, options: TableImportOptions())) != nil { return nil }
            throw DataError.invalid(
                "\(path): it is not Trakt's JSON of ratings, a list of {\"rating\": …, \"movie\": …}")
        }
    }
}
