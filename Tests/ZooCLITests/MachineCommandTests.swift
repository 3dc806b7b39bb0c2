import Testing
import ZooKernels

@Suite struct MachineCommandTests {
    @Test func benchNamesSizesAndRates() throws {
        try withSandbox { box in
            let shapes: [JSONObject] = try box.json("bench", "gemm")
            #expect(shapes.contains { [$0["m"], $0["n"], $0["k"]].map { $0 as? Int } == [4096, 2048, 512] })
            #expect(shapes.contains { [$0["m"], $0["n"], $0["k"]].map { $0 as? Int } == [64, 50, 100] })
            #expect(shapes.allSatisfy { ($0["gflops"] as? Double ?? 0) > 0 })
            let training: [JSONObject] = try box.json("bench", "collab")
            #expect(training.allSatisfy { ($0["ratings_per_second"] as? Double ?? 0) > 0 && $0["factors"] is Int })
            let loops: [JSONObject] = try box.json("bench", "elementwise")
            #expect(loops.allSatisfy { $0["name"] is String && $0["size"] is Int })
        }
    }

    @Test func benchVisionNamesEveryNetworkAtItsBatch() throws {
        try withSandbox { box in
            let timing: JSONObject = try box.json("bench", "vision", "--part", "infer", "--batch-size", "1")
            #expect(timing["batch"] as? Int == 1)
            for network in ["resnet18", "resnet34", "resnet50", "efficientnet_lite0"] {
                #expect(timing["\(network)_infer_images_per_second"] as? Double ?? 0 > 0, "\(network)")
            }
            #expect(timing["resnet18_cifar_train_images_per_second"] == nil)
        }
    }

    @Test func benchVisionTimesDecodingAlone() throws {
        try withSandbox { box in
            let timing: JSONObject = try box.json("bench", "vision", "--part", "decode")
            #expect(timing["decode_images_per_second"] as? Double ?? 0 > 0)
            #expect(timing["resnet18_infer_images_per_second"] == nil)
        }
    }

    @Test func doctorReportsLibrariesKernelsAndThreads() throws {
        try withSandbox { box in
            let report: JSONObject = try box.json("doctor")
            for key in ["version", "threads", "blas_core", "built_in_kernels", "gemm", "hdf5", "home", "warnings"] {
                #expect(report.keys.contains(key), "\(key)")
            }
            for key in ["hdf5", "jpeg", "png"] {
                let parts = (report[key] as? String ?? "").split(separator: ".").map { Int($0) }
                #expect(parts.count >= 2 && !parts.contains(nil), "\(key): \(report[key] as Any)")
            }
            #expect(try box.succeed("doctor").contains("libjpeg-turbo \(report["jpeg"] as? String ?? ""), libpng "))
        }
    }

    @Test(arguments: InstructionSet.allCases) func anInstructionSetIsForcedOrRefused(_ set: InstructionSet) throws {
        try withSandbox { box in
            let run = try box.shell("ZOO_INSTRUCTIONS=\(set.rawValue) $zoo doctor --json")
            let isThere = InstructionSet.allCases.prefix { $0 != InstructionSet.best } + [InstructionSet.best]
            if isThere.contains(set) {
                #expect(run.code == 0 && run.stdout.contains("\"built_in_kernels\" : \"\(set.rawValue)\""))
            } else {
                #expect(run.code == 64 && run.stderr.contains("this processor has"))
            }
        }
    }

    @Test func anInstructionSetThatDoesNotExistIsRefused() throws {
        try withSandbox { box in
            let run = try box.shell("ZOO_INSTRUCTIONS=sse9 $zoo models list")
            #expect(run.code == 64 && run.stderr.contains("'sse9'") && run.stdout.isEmpty)
        }
    }
}
