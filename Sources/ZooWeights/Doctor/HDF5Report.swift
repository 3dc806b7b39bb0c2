/// What an HDF5 file holds and what is wrong with it.
package struct HDF5Report: Codable, Sendable {
    /// Who writes such files.
    package enum Origin: String, Codable, Sendable {
        /// A model of Zoo.
        case zooModel = "zoo-model"
        /// Packed images of Zoo.
        case zooImages = "zoo-images"
        /// A whole model of Keras 2, or of Keras 3 as `.h5`.
        case kerasModel = "keras-model"
        /// Weights of Keras 2.
        case kerasWeights = "keras-weights"
        /// Weights of Keras 3 (`.weights.h5`).
        case keras3Weights = "keras3-weights"
        /// PyTables, as pandas uses it.
        case pyTables = "pytables"
        /// MATLAB's v7.3.
        case matlab
        /// Anything else.
        case other = "hdf5"
    }

    /// Something in the file.
    package struct Object: Codable, Sendable {
        /// Its path.
        package var path: String
        /// `group`, `data set`, `type`, `soft link` or `external link`.
        package var kind: String
        /// Of a data set: its shape; empty for a single value.
        package var shape: [Int]?
        /// Of a data set: the type of its values, such as `float32`.
        package var type: String?
        /// Of a data set: what its chunks go through, such as `deflate`.
        package var filters: [String]?
        /// Of a data set: the bytes that it takes in the file.
        package var bytes: Int?
        /// Of a link: where it leads.
        package var target: String?
        /// Whether it can be read; nil where that was not tried, as of very large data sets.
        package var isReadable: Bool?
    }

    /// The size of the file.
    package var bytes = 0
    /// Who writes such files.
    package var origin = Origin.other
    /// What its maker says of itself, such as `Keras 3.15.1`.
    package var maker: String?
    /// The version of the file's first structure, 0 to 3.
    package var superblock: Int?
    /// Bytes before the HDF5 part, which belong to another format.
    package var userBlock = 0
    /// The HDF5 library that looked at it.
    package var library = ""
    /// What is in it, in its order; the first 100,000.
    package var objects: [Object] = []
    /// What is wrong with it, each in a line.
    package var problems: [String] = []
    /// What it can be used for, each in a line.
    package var uses: [String] = []

    package init() {}
}
