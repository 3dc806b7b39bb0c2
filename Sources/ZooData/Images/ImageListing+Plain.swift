extension ImageListing {
    /// All files below a folder, of which nobody says what they are.
    ///
    /// - Throws: `DataError.unreadable` for what is no folder or has no file in it
    package init(unlabelled path: String) throws {
        var reader = try FolderReader(root: path)
        self.init(classNames: [])
        let top = try reader.contents(of: "")
        var names = top.files
        for folder in top.folders { names += try reader.files(below: folder) }
        images = names.map { FoundImage(name: $0, path: reader.root + $0, labels: [], split: .test) }
        problems = reader.problems
        sort()
        guard !images.isEmpty else {
            throw DataError.unreadable(path: path, reason: "there are no files in it")
        }
    }
}
