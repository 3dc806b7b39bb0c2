import ZooData
import ZooKernels

/// Cutting images for validation off those to learn from.
enum ImageSplitting {
    /// Says of every image what it is there for.
    ///
    /// A class gives the same share of its images as every other: the nearest whole number of them, but one at least
    /// where it has two, and never all. Images with several labels are grouped by all of their labels, and small groups
    /// share what is rounded; a label keeps an image to learn it from. Images whose split is settled keep it.
    /// - Parameters:
    ///   - images: the labels of each, and what it is there for where that is settled
    ///   - fraction: the share for validation, 0 ..< 1
    static func splits(
        of images: [(labels: [Int], split: ImageSplit?)], isMultiLabel: Bool, fraction: Double, seed: UInt64
    ) -> [ImageSplit] {
        var splits = images.map { $0.split ?? .train }
        guard fraction > 0 else { return splits }
        var groups: [[Int]: [Int]] = [:]
        for (index, image) in images.enumerated() where image.split == nil {
            groups[image.labels, default: []].append(index)
        }
        var generator = RandomGenerator(seed: seed)
        var (seen, taken) = (0, 0)
        for (_, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            seen += members.count
            let count: Int
            if isMultiLabel {
                count = min(members.count, Int((Double(seen) * fraction).rounded()) - taken)
            } else {
                let share = Int((Double(members.count) * fraction).rounded())
                count = members.count < 2 ? 0 : max(1, min(members.count - 1, share))
            }
            taken += count
            for index in members.shuffled(using: &generator).prefix(count) { splits[index] = .valid }
        }
        var learned = Set(splits.indices.lazy.filter { splits[$0] == .train }.flatMap { images[$0].labels })
        for index in splits.indices
        where images[index].split == nil && splits[index] == .valid && !learned.isSuperset(of: images[index].labels) {
            splits[index] = .train
            learned.formUnion(images[index].labels)
        }
        return splits
    }
}
