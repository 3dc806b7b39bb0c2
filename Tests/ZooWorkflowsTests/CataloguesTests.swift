import Foundation
import Testing
import ZooWorkflows

@Suite struct CataloguesTests {
    /// A home, with databases of the user's own beside it.
    private func withHome(_ body: (_ home: URL, _ open: (String?) throws -> Workspace) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "zoo-catalogues-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = folder.appendingPathComponent("home")
        try body(home) { name in
            let database = name.map { folder.appendingPathComponent($0 + ".sqlite") }
            return try Workspace(WorkspaceLocation(home: home, database: database))
        }
    }

    @Test func databasesOverOneHomeKeepEachOthersFiles() throws {
        try withHome { home, open in
            let (own, shop, mail) = (try open(nil), try open("shop"), try open("mail"))
            try own.importDemo()
            try own.train("own")
            try shop.importDemo(seed: 1)
            try shop.train("theirs")
            try mail.importDemo(seed: 2)
            try mail.train("mine")
            for workspace in [own, shop, mail] {
                #expect(try workspace.sweepFiles().isEmpty)
                let report = try workspace.verifyModels()
                #expect(report.isSound && report.orphans.isEmpty)
            }
            #expect(try own.modelFile(named: "own").file.kind == "collab")
            try shop.removeModel(named: "theirs")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: home.path + "/models").filter {
                    $0.hasSuffix(".h5")
                }.count == 2)
            #expect(try mail.modelFile(named: "mine").file.kind == "collab")
        }
    }

    @Test func nothingIsSweptWhileADatabaseIsAway() throws {
        try withHome { home, open in
            let own = try open(nil)
            try own.importDemo()
            let shop = try open("shop")
            try shop.importDemo(seed: 1)
            try shop.train("theirs")
            let database = home.deletingLastPathComponent().appendingPathComponent("shop.sqlite")
            let away = database.appendingPathExtension("away")
            try FileManager.default.moveItem(at: database, to: away)
            let error = #expect(throws: WorkflowError.self) { try own.sweepFiles() }
            #expect(error?.description.contains("shop.sqlite") == true)
            #expect(error?.description.contains("take its line out of") == true)
            try own.train("own")
            try own.removeModel(named: "own")
            #expect(!FileManager.default.fileExists(atPath: database.path))
            try FileManager.default.moveItem(at: away, to: database)
            #expect(try open("shop").modelFile(named: "theirs").file.kind == "collab")
            #expect(try own.sweepFiles().count == 1)
        }
    }
}
