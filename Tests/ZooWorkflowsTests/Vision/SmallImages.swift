import Foundation
import Testing
import ZooData
import ZooVision
import ZooWorkflows

/// Two classes of small images, light above or light below, with noise, as the data set `d`.
struct SmallImages {
    let folder: ImageFolder

    /// - Parameter seed: of the noise
    init(_ zoo: Workspace, training: Int = 24, validation: Int = 12, seed: Int = 0) throws {
        folder = try ImageFolder(zoo)
        for (part, count) in [("train", training), ("valid", validation)] {
            for index in 0..<count {
                let label = index % 2 == 0 ? "above" : "below"
                let image = Self.image(isAbove: index % 2 == 0, seed: seed * 1000 + index + part.utf8.count * 100)
                try folder.write("\(part)/\(label)/\(index).png", image.pngData())
            }
        }
        try importAgain(zoo)
    }

    func importAgain(_ zoo: Workspace) throws {
        var request = ImportImagesRequest(folder: folder.path, name: "d")
        request.isReplacing = true
        _ = try zoo.importImages(request)
    }

    private static func image(isAbove: Bool, seed: Int) -> Image {
        let pixels = (0..<16 * 16 * 3).map { place -> UInt8 in
            let isLight = (place < 8 * 16 * 3) == isAbove
            let noise = ((seed &* 7919 &+ place) &* 2_654_435_761 >> 8) & 127
            return UInt8(noise + (isLight ? 120 : 0))
        }
        return Image(height: 16, width: 16, pixels: pixels)
    }

    /// Three epochs of three steps.
    static func recipe(_ change: (inout VisionTrainingOptions) -> Void = { _ in }) -> VisionTrainingOptions {
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.learningRate, recipe.seed) = (3, 8, 0.05, 4)
        (recipe.augmentation, recipe.mixup) = (.cifar, 0.3)
        change(&recipe)
        return recipe
    }
}

extension Workspace {
    /// Trains on `d`.
    ///
    /// - Parameter steps: until so many are taken
    func trainSmallVision(
        _ recipe: VisionTrainingOptions, as name: String?, steps: Int? = nil,
        change: (inout TrainVisionRequest) -> Void = { _ in },
        onProgress: @escaping (JobProgress) -> Void = { _ in }
    ) throws -> TrainVisionReport {
        var request = TrainVisionRequest(
            dataset: "d", architecture: .resnet20Cifar, recipe: recipe, command: "test")
        (request.saveAs, request.size) = (name, 8)
        change(&request)
        var taken = 0
        return try trainVision(
            request,
            onProgress: {
                if case .step = $0 { taken += 1 }
                onProgress($0)
            }
        ) { taken == steps }
    }
}
