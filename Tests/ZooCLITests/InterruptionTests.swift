import Foundation
import Testing

/// How Ctrl-C ends the program, and what is said of a training that takes long.
@Suite struct InterruptionTests {
    @Test func ctrlCBeginsALineAfterAProgressBar() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            // A terminal for stderr, whose other side is read here.
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            defer { close(master) }
            var (locked, number): (Int32, Int32) = (0, 0)
            // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
            try #require(ioctl(master, 0x4004_5431, &locked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
            let terminal = "/dev/pts/\(number)"
            var environment = box.environment
            environment["zoo"] = ZooProcess.program
            let command = "exec \"$zoo\" train collab --data small --epochs 100000 2> \(terminal)"
            let process = try ZooProcess(
                ["-c", command], program: "/bin/sh", environment: environment, in: box.folder)
            var said = ""
            var bytes = [UInt8](repeating: 0, count: 4096)
            while !said.contains("ratings/s") {
                let count = read(master, &bytes, bytes.count)
                try #require(count > 0, "\(said)")
                said += String(decoding: bytes[..<count], as: UTF8.self)
            }
            process.interrupt()
            var count = read(master, &bytes, bytes.count)
            while count > 0 {
                said += String(decoding: bytes[..<count], as: UTF8.self)
                count = read(master, &bytes, bytes.count)
            }
            let run = process.wait()
            #expect(run.code == 130, "\(said.suffix(200).debugDescription)")
            #expect(
                said.contains("\nzoo: stopped before the end; nothing was saved"),
                "\(said.suffix(200).debugDescription)")
        }
    }

    @Test func aLongTrainingSaysSoAndWhatIsShorter() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let process = try box.start([
                "train", "text", "--data", "tales", "--hidden", "256", "--epochs", "5000", "--batch-size", "16",
            ])
            #expect(process.awaitMessage("this training will take about "))
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stderr.contains("a smaller --hidden"))
            #expect(run.complaints.last?.hasPrefix("zoo: stopped") == true)
        }
    }
}
