import CHDF5
import Foundation

/// Takes the pixels of images, one image after the other.
package struct PixelSink: ~Copyable {
    /// How many images were taken.
    package private(set) var rows = 0
    fileprivate let capacity: Int
    fileprivate let layout: PixelLayout
    fileprivate let descriptor: Int32
    fileprivate let path: String

    fileprivate init(layout: PixelLayout, descriptor: Int32, path: String) {
        (self.layout, self.descriptor, self.path, capacity) = (layout, descriptor, path, layout.rows)
    }

    /// Adds an image.
    ///
    /// - Parameter pixels: RGB, row after row: size x size x 3
    /// - Throws: `WeightError.notSaved`, as on a full disk
    /// - Precondition: the size fits, and there are no more images than were said
    package mutating func add(_ pixels: [UInt8]) throws {
        precondition(pixels.count == layout.rowBytes, "PixelSink: \(pixels.count) bytes, not \(layout.rowBytes)")
        precondition(rows < capacity, "PixelSink: more than \(capacity) images")
        try pixels.withUnsafeBytes {
            try WeightStore.write($0, at: layout.offset + rows * layout.rowBytes, descriptor, path)
        }
        rows += 1
    }
}

extension WeightStore {
    /// Saves images of one size in an HDF5 file that is named by its SHA-256, as `save(_:commit:)` does with models.
    ///
    /// The pixels never are in memory all at once. No sweep comes between the file and `commit`.
    /// - Parameters:
    ///   - most: how many images there are at most
    ///   - size: pixels along their sides
    ///   - fill: adds the images
    ///   - commit: writes the row that makes the file count
    /// - Throws: `WeightError.notSaved`; what `fill` and `commit` throw: nothing, or a file to be swept, is left then
    package func savePixels(
        most: Int, size: Int, fill: (inout PixelSink) throws -> Void,
        commit: (StoredFile, PixelLayout) throws -> Void
    ) throws {
        do { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) } catch {
            throw WeightError.notSaved(path: directory.path, step: "makeDirectory", reason: error.localizedDescription)
        }
        _ = try withStoreLock(exclusive: false) {
            let temporary = temporaryPath()
            defer { unlink(temporary) }  // there is nothing of that name any more where all went well
            let first = try PixelHeader.create(temporary, rows: most, size: size)
            let descriptor = open(temporary, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.notSaved(temporary, "create") }
            defer { close(descriptor) }
            _ = flock(descriptor, LOCK_EX)
            var sink = PixelSink(layout: first, descriptor: descriptor, path: temporary)
            try fill(&sink)
            let layout = try shorten(first, to: sink.rows, descriptor, temporary)
            let stored = try publish(temporary, descriptor)
            try commit(stored, layout)
        }
    }

    /// Says in the head of the file that it holds fewer images than it was begun for.
    private func shorten(_ layout: PixelLayout, to rows: Int, _ descriptor: Int32, _ path: String) throws -> PixelLayout
    {
        guard rows < layout.rows else { return layout }
        let other = temporaryPath()
        defer { unlink(other) }
        let shorter = try PixelHeader.create(other, rows: rows, size: layout.size)
        let bytes = try FileBytes.read(URL(fileURLWithPath: other))
        guard shorter.offset == layout.offset else {
            throw WeightError.notSaved(path: path, step: "header", reason: "HDF5 puts the pixels elsewhere")
        }
        guard ftruncate(descriptor, off_t(bytes.count)) == 0 else { throw Self.notSaved(path, "shorten") }
        try bytes.withUnsafeBytes { all in
            // All but the pixels, which are there already.
            for part in [0..<shorter.offset, shorter.end..<bytes.count] where !part.isEmpty {
                try Self.write(UnsafeRawBufferPointer(rebasing: all[part]), at: part.lowerBound, descriptor, path)
            }
        }
        return shorter
    }

    fileprivate static func write(
        _ bytes: UnsafeRawBufferPointer, at position: Int, _ descriptor: Int32, _ path: String
    )
        throws
    {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position + done))
            if count > 0 { done += count } else if errno != EINTR { throw notSaved(path, "write") }
        }
    }
}

/// Makes HDF5 files whose pixels are yet to be written.
private enum PixelHeader {
    /// Makes a file with a data set of that many images, none of which takes room on the disk yet.
    static func create(_ path: String, rows: Int, size: Int) throws -> PixelLayout {
        try HDF5Library.locked {
            let access = try HDF5Object(H5Pcreate(zoo_h5p_file_access()), "file access", closedBy: H5Pclose)
            try HDF5Library.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "file version")
            let creation = try HDF5Object(H5Pcreate(zoo_h5p_file_create()), "file creation", closedBy: H5Pclose)
            try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "file creation")
            let file = try HDF5Object(
                H5Fcreate(path, zoo_h5f_truncate(), creation.id, access.id), path, closedBy: H5Fclose)
            let sizes = [rows, size, size, 3].map { hsize_t($0) }
            let space = try HDF5Object(H5Screate_simple(4, sizes, nil), "pixels", closedBy: H5Sclose)
            let properties = try HDF5Object(H5Pcreate(zoo_h5p_dataset_create()), "pixels", closedBy: H5Pclose)
            try HDF5Library.check(H5Pset_obj_track_times(properties.id, false), "pixels")
            try HDF5Library.check(H5Pset_layout(properties.id, H5D_CONTIGUOUS), "pixels")
            // Given its place at once and never filled: what is not written yet is a hole in the file.
            try HDF5Library.check(H5Pset_alloc_time(properties.id, H5D_ALLOC_TIME_EARLY), "pixels")
            try HDF5Library.check(H5Pset_fill_time(properties.id, H5D_FILL_TIME_NEVER), "pixels")
            let created = H5Dcreate2(
                file.id, "pixels", zoo_h5t_uint8(), space.id, zoo_h5p_default(), properties.id, zoo_h5p_default())
            let pixels = try HDF5Object(created, "pixels", closedBy: H5Dclose)
            let offset = H5Dget_offset(pixels.id)
            guard offset != haddr_t.max, rows > 0 else {
                throw WeightError.notSaved(path: path, step: "header", reason: "HDF5 gives \(rows) images no place")
            }
            return PixelLayout(rows: rows, size: size, offset: Int(offset))
        }
    }
}
