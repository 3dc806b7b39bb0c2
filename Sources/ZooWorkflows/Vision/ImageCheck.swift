import ZooData
import ZooKernels
import ZooVision
import ZooWeights

/// Opening the files of an import: is each an image, how large is it, and what are its pixels?
struct ImageCheck {
    /// What was found in a file.
    struct Found: Sendable {
        let sha256: String
        let bytes: Int
        let height: Int
        let width: Int
        /// RGB at the size of a pack; empty where there is none.
        let pixels: [UInt8]
    }

    /// Pixels along the sides of packed images; nil where only the files hold them.
    let packedSize: Int?
    let threads: ThreadCount
    /// So many images are open at once, of a pack at most some 256 MB of pixels; progress is told after them.
    private var partLength: Int { min(256, max(threads.count, packedSize.map { (256 << 20) / (3 * $0 * $0) } ?? 256)) }

    /// Opens every file, on all threads, and hands on what was found in their order.
    func forEach(
        _ images: [FoundImage], progress: (Int) -> Void,
        _ body: (FoundImage, Result<Found, ImageProblem>) throws -> Void
    ) rethrows {
        for start in stride(from: 0, to: images.count, by: partLength) {
            let part = images[start..<min(images.count, start + partLength)]
            var results = [Result<Found, ImageProblem>?](repeating: nil, count: part.count)
            results.withUnsafeMutableBufferPointer { results in
                let places = SendablePlaces(results)
                parallel(part.count, threads: threads) { places.buffer[$0] = look(at: part[start + $0]) }
            }
            for (image, result) in zip(part, results) { if let result { try body(image, result) } }
            progress(start + part.count)
        }
    }

    private func look(at image: FoundImage) -> Result<Found, ImageProblem> {
        do {
            let bytes = try ImageFile.bytes(image.path)
            let header = try Image.header(of: bytes)
            // Every byte is decoded also for a small image; of a large one that spares the rest of the work.
            let decoded = try Image(decoding: bytes, shortSide: packedSize ?? 1)
            return .success(
                Found(
                    sha256: WeightStore.sha256(bytes), bytes: bytes.count, height: header.height, width: header.width,
                    pixels: packedSize.map { decoded.packed($0).pixels } ?? []))
        } catch let problem as ImageProblem {
            return .failure(ImageProblem(name: image.name, reason: problem.reason))
        } catch {
            return .failure(ImageProblem(name: image.name, reason: "\(error)"))
        }
    }
}

/// A buffer that threads write to, each to places of its own.
private struct SendablePlaces<Element>: @unchecked Sendable {  // parallel gives each index to one thread
    let buffer: UnsafeMutableBufferPointer<Element>
    init(_ buffer: UnsafeMutableBufferPointer<Element>) { self.buffer = buffer }
}

extension Image {
    /// The middle of the image, its shorter side made `size`: what a pack holds.
    ///
    /// Of a strip only what lies about the middle is made larger: as a whole it may be a hundred thousand times as long as wide.
    func packed(_ size: Int) -> Image {
        if height == size, width == size { return self }
        let most = 16 * shortSide + max(height, width) % 2  // as odd as the longer side: the middle stays where it is
        return centerCropped(height: min(height, most), width: min(width, most))
            .resized(shortSide: size).centerCropped(height: size, width: size)
    }
}
