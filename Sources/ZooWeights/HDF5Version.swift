import CHDF5

extension WeightStore {
    /// The version of the HDF5 library in use, such as `1.10.8`.
    package static var libraryVersion: String {
        let version = try? HDF5Library.locked {
            var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
            guard H5get_libversion(&major, &minor, &release) >= 0 else { return "unknown" }
            return "\(major).\(minor).\(release)"
        }
        return version ?? "unknown"
    }
}
