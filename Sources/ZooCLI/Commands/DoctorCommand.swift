import ArgumentParser
import ZooWorkflows

/// `zoo doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show what this machine gives: libraries, kernels, threads, disk, speed.")
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(DoctorReport.examine(options.location()), as: options) }
}

extension DoctorReport: Printable {
    var text: String {
        var table = TextTable(["zoo", version])
        table.add(["threads", String(threads)])
        table.add(["BLAS", blas ?? "not found"])
        table.add(["", blasConfiguration])
        table.add(["kernels", blasCore + (isBlasCoreSetByUser ? " (set by OPENBLAS_CORETYPE)" : "")])
        table.add(["built-in kernels", builtInKernels])
        for timing in gemm {
            table.add(["gemm \(timing.m)x\(timing.n)x\(timing.k)", "\(timing.gflops.fixed(1)) GFLOP/s"])
        }
        table.add(["HDF5", hdf5])
        table.add(["images", "libjpeg-turbo \(jpeg), libpng \(png)"])
        table.add(["home", home])
        if let freeBytes { table.add(["free", "\((Double(freeBytes) / 1e9).fixed(1)) GB"]) }
        let notes = warnings.isEmpty ? "All is well." : warnings.map { "warning: " + $0 }.joined(separator: "\n")
        return table.text + "\n" + notes
    }
}
