import Foundation
import Testing
import ZooKernels

private let blas = BLASLibrary.load()

@Suite struct InstructionSetTests {
    @Test func theSetInForceIsTheOneAskedForOrTheBest() {
        let asked = ProcessInfo.processInfo.environment[InstructionSet.variable].flatMap(InstructionSet.init)
        #expect(InstructionSet.inForce == asked ?? InstructionSet.best)
    }

    @Test func aSetThatTheProcessorLacksIsNotForced() {
        let best = InstructionSet.best
        for lacking in InstructionSet.allCases.drop(while: { $0 != best }).dropFirst() {
            #expect(!lacking.force())
        }
        #expect(InstructionSet.inForce.force())
    }

    @Test(.enabled(if: blas.path != nil && !blas.isCoreSetByUser, "there is no OpenBLAS here, or its core is set"))
    func openBLASFollowsTheSet() {
        let cores = ["baseline": "Prescott", "avx2": "Haswell", "avx512": "SkylakeX"]
        #expect(blas.core == cores[blas.builtInInstructionSet.rawValue])
    }
}
