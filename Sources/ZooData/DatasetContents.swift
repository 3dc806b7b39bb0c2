import Foundation
import GRDB

/// The kinds of data that a data set can hold.
package enum DatasetKind: String, Sendable, CaseIterable {
    /// Who rated what, and how.
    case ratings
    /// Rows and columns.
    case table
    /// Texts to write like.
    case text
    /// Images with their classes.
    case images
}

/// What a data set holds, with the figures that say how much.
package enum DatasetContents: Sendable, Equatable {
    /// Who rated what, and how.
    case ratings(RatingsSummary)
    /// Rows and columns.
    case table(TableSummary)
    /// Texts to write like.
    case text(TextSummary)
    /// Images with their classes.
    case images(ImagesSummary)

    /// Which sort it is.
    package var kind: DatasetKind {
        switch self {
        case .ratings: .ratings
        case .table: .table
        case .text: .text
        case .images: .images
        }
    }

    /// The figures of any sort, to be written out.
    var summary: any Encodable {
        switch self {
        case .ratings(let summary): summary
        case .table(let summary): summary
        case .text(let summary): summary
        case .images(let summary): summary
        }
    }

    /// Reads the columns of `zoo_datasets`: those of ratings, or the summary of another kind.
    ///
    /// - Throws: `DataError.invalid` for a kind or a summary that this program does not understand
    init(row: Row) throws {
        let (name, kind): (String, String) = (row["name"], row["kind"])
        guard let kind = DatasetKind(rawValue: kind) else {
            throw DataError.invalid("data set '\(name)' holds '\(kind)', which this zoo does not know: update zoo")
        }
        func summary<Summary: Decodable>(_ type: Summary.Type) throws -> Summary {
            let text: String = row["summary"] ?? ""
            do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
                throw DataError.invalid("the summary of data set '\(name)' is damaged: import it again")
            }
        }
        self =
            switch kind {
            case .ratings: .ratings(RatingsSummary(row: row))
            case .table: .table(try summary(TableSummary.self))
            case .text: .text(try summary(TextSummary.self))
            case .images: .images(try summary(ImagesSummary.self))
            }
    }
}
