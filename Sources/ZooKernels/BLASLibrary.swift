import COpenBLAS
import CZooSIMD

/// The BLAS library at hand: what `zoo doctor` reports.
package struct BLASLibrary: Sendable, Hashable {
    /// The file that was loaded, or nil when no OpenBLAS was found and the built-in kernels do all products.
    package let path: String?
    /// The kernel set in use, such as `Haswell` or `SkylakeX`.
    package let core: String
    /// How the library was built.
    package let configuration: String
    /// Whether the user chose the kernel set with `OPENBLAS_CORETYPE`.
    package let isCoreSetByUser: Bool
    /// Whether several threads may call the library at once; the OpenMP flavour takes turns.
    package let isConcurrent: Bool
    /// The instruction set of the built-in kernels.
    package let builtInInstructionSet: InstructionSet

    /// Whether the library runs kernels far below what the processor can do.
    package var isFallback: Bool {
        builtInInstructionSet != .baseline && ["Prescott", "Core2", "Nehalem", "Generic", "Katmai"].contains(core)
    }

    /// Loads the library if it is not loaded yet, and describes it.
    package static func load() -> BLASLibrary {
        let description = zoo_openblas_load().pointee
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        return BLASLibrary(
            path: text(description.path), core: text(description.core) ?? "built-in",
            configuration: text(description.configuration) ?? "no OpenBLAS found",
            isCoreSetByUser: description.core_set_by_user,
            isConcurrent: description.path == nil || description.concurrent,
            builtInInstructionSet: .inForce)
    }
}
