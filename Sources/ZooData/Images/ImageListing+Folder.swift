import ZooRecords

extension ImageListing {
    /// What the folders beside `train` may be called.
    private static let splitNames: [(split: DataPart, names: [String])] = [
        (.train, ["train", "training"]), (.valid, ["valid", "val", "validation"]), (.test, ["test", "testing"]),
    ]

    /// The images of a folder whose folders are the classes, or are `train`, `valid` and `test` with the classes in them.
    ///
    /// Images may lie deeper in the folder of a class. `test` may hold images of which nobody says what they are.
    /// - Throws: `DataError.unreadable` for what is no folder or has none in it; `.invalid` for classes that are one
    package init(folder path: String) throws {
        var reader = try FolderReader(root: path)
        let top = try reader.contents(of: "")
        let splits = try Self.splits(of: top.folders, path)
        var parts: [(split: DataPart?, folder: String)] = splits.map { ($0.split, $0.folder) }
        if parts.isEmpty { parts = [(nil, "")] }
        var found: [(split: DataPart?, folder: String, label: String?)] = []
        var notes: [String] = []
        for part in parts {
            let contents = part.folder.isEmpty ? top : try reader.contents(of: part.folder)
            let prefix = part.folder.isEmpty ? "" : part.folder + "/"
            found += contents.folders.map { (part.split, prefix + $0, $0) }
            if part.split == .test, contents.folders.isEmpty {
                found.append((.test, part.folder, nil))
            } else if !contents.files.isEmpty {
                notes.append(Self.strayNote(contents.files.map { prefix + $0 }))
            }
        }
        if !splits.isEmpty {
            let others = top.folders.filter { folder in !splits.contains { $0.folder == folder } }
            if !others.isEmpty {
                notes.append("beside '\(splits[0].folder)' these were left out: \(Self.list(others))")
            }
            if !top.files.isEmpty { notes.append(Self.strayNote(top.files)) }
        }
        self.init(classNames: found.compactMap(\.label))
        guard !classes.isEmpty else {
            throw DataError.unreadable(
                path: path,
                reason: "there are no folders of classes in it; labels from a CSV file are taken with --labels FILE")
        }
        for part in found {
            let labels = part.label.flatMap { classes.firstIndex(of: $0) }.map { [$0] } ?? []
            for name in try reader.files(below: part.folder) {
                images.append(FoundImage(name: name, path: reader.root + name, labels: labels, split: part.split))
            }
        }
        self.notes += notes
        problems = reader.problems
        sort()
        guard !images.isEmpty else {
            let links = problems.isEmpty ? "" : "; \(problems[0].name): \(problems[0].reason)"
            throw DataError.unreadable(path: path, reason: "there are no images in the folders in it" + links)
        }
    }

    /// The folders that divide the images, if there is one called train.
    private static func splits(of folders: [String], _ path: String) throws -> [(split: DataPart, folder: String)] {
        let found = try splitNames.compactMap { split, names -> (split: DataPart, folder: String)? in
            let named = folders.filter { names.contains($0.lowercased()) }
            guard named.count < 2 else {
                throw DataError.unreadable(
                    path: path, reason: "its folders \(list(named)) are for the same: leave one of them")
            }
            return named.first.map { (split, $0) }
        }
        if found.contains(where: { $0.split == .train }) { return found }
        if let valid = found.first(where: { $0.split == .valid }) {
            throw DataError.unreadable(
                path: path, reason: "it has a folder '\(valid.folder)', and none called 'train' to learn from")
        }
        return []
    }

    private static func strayNote(_ files: [String]) -> String {
        "left out \(files.count.counting("file")) outside the folders of classes: \(list(files))"
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }
}
