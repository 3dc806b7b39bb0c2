import Foundation
import ZooKernels
import ZooVision
import ZooWeights

/// What this machine gives.
package struct DoctorReport: Sendable, Encodable {
    /// Version of the program.
    package let version: String
    /// Active processors, and threads that kernels use.
    package let threads: Int
    /// The OpenBLAS library that was loaded; nil when none was found.
    @StableKey package var blas: String?
    /// How it was built.
    package let blasConfiguration: String
    /// The kernel set that it runs.
    package let blasCore: String
    /// Whether the user chose that kernel set.
    package let isBlasCoreSetByUser: Bool
    /// The instruction set of the built-in kernels: `avx512`, `avx2` or `baseline`.
    package let builtInKernels: String
    /// The speed of a large product and of two small ones.
    package let gemm: [GEMMTiming]
    /// The HDF5 library.
    package let hdf5: String
    /// The libraries that images are read with: libjpeg-turbo and libpng.
    package let jpeg: String
    /// See `jpeg`.
    package let png: String
    /// The home folder.
    package let home: String
    /// Bytes free there; nil when that is not known.
    @StableKey package var freeBytes: Int?
    /// What is not as it should be, each with what to do.
    package let warnings: [String]
}

extension DoctorReport {
    /// Checks libraries, kernels, threads and disk, and measures products for about a second.
    package static func examine(_ location: WorkspaceLocation, threads: ThreadCount = .all) -> DoctorReport {
        let blas = BLASLibrary.load()
        var warnings: [String] = []
        if blas.path == nil {
            warnings.append(
                "OpenBLAS was not found, large products run on the built-in kernels: install libopenblas0-pthread")
        } else if blas.isFallback {
            warnings.append(
                "OpenBLAS runs its \(blas.core) kernels, far below this processor: "
                    + (blas.isCoreSetByUser ? "unset OPENBLAS_CORETYPE" : "install a newer OpenBLAS"))
        }
        if !blas.isConcurrent {
            warnings.append("this OpenBLAS serves one thread at a time: install libopenblas0-pthread")
        }
        if InstructionSet.best == .baseline {
            warnings.append("the built-in kernels find neither AVX2 nor AVX-512")
        } else if InstructionSet.inForce != InstructionSet.best {
            warnings.append(
                "ZOO_INSTRUCTIONS asks for \(InstructionSet.inForce.rawValue), below this processor's "
                    + "\(InstructionSet.best.rawValue): unset it")
        }
        let free = freeBytes(at: location.home)
        if let free, free < 100 << 20 { warnings.append("less than 100 MB are free in \(location.home.path)") }
        let shapes = [(4096, 2048, 512, 5), (64, 200, 100, 1000), (64, 50, 100, 1000)]
        return DoctorReport(
            version: ZooVersion.current, threads: threads.count, blas: blas.path,
            blasConfiguration: blas.configuration, blasCore: blas.core, isBlasCoreSetByUser: blas.isCoreSetByUser,
            builtInKernels: blas.builtInInstructionSet.rawValue,
            gemm: shapes.map { GEMMBenchmark.time(m: $0.0, n: $0.1, k: $0.2, repeats: $0.3, threads: threads) },
            hdf5: WeightStore.libraryVersion, jpeg: ImageLibraries.jpeg, png: ImageLibraries.png,
            home: location.home.path, freeBytes: free, warnings: warnings)
    }

    private static func freeBytes(at home: URL) -> Int? {
        var folder = home
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }
}
