import Foundation
import ZooData

/// What a delimited file holds.
public enum CSVForm: String, Sendable, CaseIterable {
    /// Ratings if it has columns called user, item and rating or the like, else a table.
    case auto
    /// Rows of a table.
    case table
    /// Who rated what, and how.
    case ratings
}

/// A delimited file that is to be imported.
public struct ImportCSVRequest: Sendable {
    /// The file.
    public var file: URL
    /// What the data set is to be called.
    public var name: String
    /// What it holds.
    public var form = CSVForm.auto
    /// How it is read if it holds ratings.
    public var ratings = (
        columns: RatingColumns(), options: ImportOptions()
    )
    /// How it is read if it is a table.
    public var table = TableImportOptions()

    /// Names a file and a data set.
    public init(file: URL, name: String) {
        self.file = file
        self.name = name
    }
}

/// The result of an import.
public enum ImportCSVReport: Sendable {
    /// Ratings.
    case ratings(ImportReport)
    /// A table.
    case table(TableImportReport)
}

/// How a file would be imported.
package enum CSVPreview: Sendable {
    /// Ratings.
    case ratings(RatingsPreview)
    /// A table.
    case table(TablePreview)
}

extension ImportCSVRequest {
    /// What the file holds: ratings or a table.
    fileprivate var settledForm: CSVForm {
        guard form == .auto else { return form }
        return DataStore.holdsRatings(file: file, options: ratings.options) ? .ratings : .table
    }
}

extension ImportCSVRequest {
    /// What is said of a file that is taken for a table, and could be choices; nil of others.
    package var choicesNote: String? {
        form == .auto && settledForm == .table ? DataStore.choicesNote(file: file, options: ratings.options) : nil
    }
}

extension Workspace {
    /// Imports a delimited file as ratings or as a table.
    ///
    /// - Parameter progress: called with every few thousand rows of a table
    /// - Throws: `DataError`, as `importCSV` and `importTable` of the store
    public func importCSV(_ request: ImportCSVRequest, progress: (TableImportProgress) -> Void = { _ in }) throws
        -> ImportCSVReport
    {
        if request.settledForm == .ratings {
            let (columns, options) = request.ratings
            var report = try data.importCSV(file: request.file, name: request.name, columns: columns, options: options)
            if request.table.explains {
                report.columns = try DataStore.ratingEvidence(file: request.file, columns: columns, options: options)
            }
            return .ratings(report)
        }
        return .table(
            try data.importTable(
                file: request.file, name: request.name, options: request.table, progress: progress))
    }

    /// Reads a delimited file as an import would, and stores nothing.
    ///
    /// - Throws: `DataError`, as an import
    package static func previewCSV(
        _ request: ImportCSVRequest, progress: (TableImportProgress) -> Void = { _ in }
    ) throws -> CSVPreview {
        if request.settledForm == .ratings {
            let (columns, options) = request.ratings
            return .ratings(try RatingsPreview(file: request.file, columns: columns, options: options, rows: 10))
        }
        return .table(try TablePreview(file: request.file, options: request.table, rows: 10, progress: progress))
    }
}
