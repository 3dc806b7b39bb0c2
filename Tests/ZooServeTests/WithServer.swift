import Foundation
import ZooServe
import ZooWorkflows

/// Runs `body` with a server of a home of its own, in which are the models that ship.
func withServer(
    _ limits: WebLimits = WebLimits(), _ body: (LoopbackClient, Workspace) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-serve-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let workspace = try Workspace(WorkspaceLocation(home: folder))
    let server = try await ZooServer(workspace, port: 0, limits: limits)
    let running = server.start()
    do { try await body(LoopbackClient(port: server.port), workspace) } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    await running.value
}
