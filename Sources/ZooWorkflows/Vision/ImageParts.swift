import ZooData
import ZooKernels
import ZooRecords

extension DataSplit {
    /// Says of every image what it is there for; only a random share is cut off.
    ///
    /// A class gives the same share of its images as every other: the nearest whole number of them, but one at least
    /// where it has two, and never all. Images with several labels are grouped by all of their labels, and small groups
    /// share what is rounded; a label keeps an image to learn it from. Images whose part is settled keep it.
    /// - Parameter images: the labels of each, and what it is there for where that is settled
    func parts(
        of images: [(labels: [Int], part: DataPart?)], isMultiLabel: Bool, seed: UInt64
    ) -> [DataPart] {
        var parts = images.map { $0.part ?? .train }
        guard case .random(let fraction) = self else { return parts }
        var groups: [[Int]: [Int]] = [:]
        for (index, image) in images.enumerated() where image.part == nil {
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
            for index in members.shuffled(using: &generator).prefix(count) { parts[index] = .valid }
        }
        var learned = Set(parts.indices.lazy.filter { parts[$0] == .train }.flatMap { images[$0].labels })
        for index in parts.indices
        where images[index].part == nil && parts[index] == .valid && !learned.isSuperset(of: images[index].labels) {
            parts[index] = .train
            learned.formUnion(images[index].labels)
        }
        return parts
    }
}
