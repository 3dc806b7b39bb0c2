import Foundation
import Testing
import ZooVision
import ZooWorkflows

/// What is said of weights that are not those of the network.
@Suite struct ImportMismatchTests {
    /// A safetensors file of arrays with one number each.
    private func write(_ names: [String], to file: URL) throws {
        let entries = names.enumerated().map {
            #""\#($1)":{"dtype":"F32","shape":[1],"data_offsets":[\#($0 * 4),\#($0 * 4 + 4)]}"#
        }
        let header = Array("{\(entries.joined(separator: ","))}".utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        try Data(length + header + [UInt8](repeating: 0, count: 4 * names.count)).write(to: file)
    }

    @Test func theMessageStaysShortAndNamesWhatWasAskedFor() throws {
        try withWorkspace { zoo in
            let file = zoo.home.appendingPathComponent("x.safetensors")
            try write(
                (0..<200).map { "encoder.layer.\($0).attention." + String(repeating: "x", count: 5000) }, to: file)
            do {
                _ = try zoo.importModel(
                    ImportModelRequest(file: file.path, architecture: .efficientnetLite0, name: "m", command: "test"))
                Issue.record("imported")
            } catch let mismatch as ImportMismatch {
                let said = mismatch.description.replacingOccurrences(of: file.path, with: "x")
                #expect(
                    said.hasPrefix(
                        "x does not fit efficientnet-lite0, nothing was imported; its names look like those of"))
                #expect(said.contains("unexpected (200): encoder.layer.0.attention.xxx"))
                #expect(said.count < 1000 && !said.contains("\n"))
                #expect(mismatch.unexpected.count == 200 && mismatch.unexpected[0].count > 5000)
            }
        }
    }
}
