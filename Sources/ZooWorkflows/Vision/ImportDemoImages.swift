import Foundation
import ZooData
import ZooRecords
import ZooVision

extension Workspace {
    /// Images of a class of the demo to learn from, and for validation.
    private static let demoCounts = [(DataPart.train, 120), (.valid, 40)]

    /// Draws the demo images, writes them as JPEG files and imports them.
    ///
    /// - Parameters:
    ///   - folder: where the files go; nil takes `pictures/demo-<seed>` in the home
    ///   - packedSize: as in `ImportImagesRequest`
    ///   - isReplacing: whether an older data set may be replaced, and in `folder` other images of the same names
    /// - Throws: `WorkflowError.notWritten`; as `FileContent.checkOutput` and `importImages`
    public func importDemoImages(
        name: String, folder: String?, packedSize: Int? = nil, seed: UInt64, isReplacing: Bool
    ) throws -> ImagesImportReport {
        try data.checkImages(name: name, isReplacing: isReplacing)
        let root =
            folder.map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? home.appendingPathComponent("pictures/demo-\(seed)", isDirectory: true)
        let demo = DemoImages(seed: seed)
        for (label, className) in DemoImages.classes.enumerated() {
            var index = 0
            for (split, count) in Self.demoCounts {
                let place = root.appendingPathComponent("\(split.rawValue)/\(className)", isDirectory: true)
                do {
                    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                    for _ in 0..<count {
                        let file = place.appendingPathComponent("\(className).\(index).jpg")
                        let image = Data(try demo.image(label: label, index: index).jpegData(quality: 90))
                        if (try? Data(contentsOf: file)) != image {
                            try FileContent.image.checkOutput(file.path, isReplacing: isReplacing || folder == nil)
                            try image.write(to: file)
                        }
                        index += 1
                    }
                } catch let error as DataError { throw error } catch {
                    throw WorkflowError.notWritten(path: place.path, reason: error.localizedDescription)
                }
            }
        }
        var request = ImportImagesRequest(folder: root.path, name: name)
        (request.packedSize, request.isReplacing, request.seed) = (packedSize, isReplacing, seed)
        return try importImages(request)
    }
}
