import ArgumentParser
import Foundation
import ZooKernels

extension Zoo {
    /// Refuses an instruction set that does not exist, or that this processor lacks: the library would ignore it.
    static func checkInstructionSet() {
        guard let text = getenv(InstructionSet.variable).map({ String(cString: $0) }), !text.isEmpty else { return }
        let best = InstructionSet.best
        let possible = InstructionSet.allCases.prefix { $0 != best } + [best]
        guard !possible.contains(where: { $0.rawValue == text }) else { return }
        let names = possible.map(\.rawValue).joined(separator: ", ")
        Failure.end(
            "\(InstructionSet.variable) is '\(text)': this processor has \(names); unset it for \(best.rawValue)",
            prefix: "zoo", code: ExitCode.validationFailure.rawValue)
    }
}
