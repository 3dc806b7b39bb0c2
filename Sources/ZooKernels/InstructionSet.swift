import CZooSIMD

/// The instruction sets that the kernels are compiled for.
///
/// Results of one set are the same bits on every processor that has it; two sets round differently. See docs/same-bits.md.
package enum InstructionSet: String, Sendable, CaseIterable {
    /// x86-64 as it was in 2003, or a processor of another kind.
    case baseline
    /// x86-64-v3: AVX2, FMA.
    case avx2
    /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
    case avx512

    /// The environment variable that forces a set in any program that links Zoo.
    package static let variable = "ZOO_INSTRUCTIONS"

    /// The set that kernels and OpenBLAS use in this process.
    package static var inForce: InstructionSet { InstructionSet(zoo_instructions()) }

    /// The most that this processor has.
    package static var best: InstructionSet { InstructionSet(zoo_best_instructions()) }

    /// Forces this set. To be called before anything else of the library.
    ///
    /// - Returns: false, with nothing changed, where the processor lacks it
    package func force() -> Bool { zoo_force_instructions(code) }

    private init(_ code: zoo_instruction_set) {
        self = InstructionSet(rawValue: String(cString: zoo_instructions_name(code))) ?? .baseline
    }

    private var code: zoo_instruction_set {
        switch self {
        case .baseline: ZOO_BASELINE
        case .avx2: ZOO_AVX2
        case .avx512: ZOO_AVX512
        }
    }
}
