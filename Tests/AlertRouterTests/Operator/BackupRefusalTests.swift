import AlertCore
import Foundation
import Labels
import Testing
import Time
import WebServer

@testable import AlertRouter
@testable import AlertStorage

@Suite("A backup that cannot be had")
struct BackupRefusalTests {
    private static let path = "/api/flatalert/v1/backup"

    private func get(_ router: Router) async -> Answer {
        await Answer(API(router: router).respond(to: WebRequest(method: "GET", path: Self.path)))
    }

    /// Names in the storage directory that a backup may leave.
    private func leftovers(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(directory)/data").filter { $0.contains("backup") }
    }

    @Test("without room for a copy beside the database it is refused with how much is missing, and nothing is left")
    func noRoom() async throws {
        try await OperatorRouter.withDirectory { directory in
            try await OperatorRouter.run(in: directory, telling: "http://127.0.0.1:9", change: { $0.availableBytes = { _ in 20 << 20 } }) {
                router in
                let answer = await get(router)
                #expect(answer.status == 507 && answer["Cache-Control"] == "no-store")
                #expect(answer.json?["error"]?.stringValue == "a copy needs 32 MB of room beside the database for a moment, 20 MB are free")
                #expect(answer.json?["advice"]?.stringValue == "make room on the disk of \(directory)/data")
                let left = try leftovers(directory)
                #expect(left.isEmpty)
            }
            // Where nobody knows how much there is, it is tried.
            try await OperatorRouter.run(in: directory, telling: "http://127.0.0.1:9", change: { $0.availableBytes = { _ in nil } }) {
                router in
                #expect(await get(router).status == 200)
            }
        }
    }

    @Test("a copy that cannot be made is an error of the server, with what is in the way")
    func blocked() async throws {
        try await OperatorRouter.withDirectory { directory in
            try await OperatorRouter.run(in: directory, telling: "http://127.0.0.1:9") { router in
                let inTheWay = "\(directory)/data/flatalert.backup"
                try FileManager.default.createDirectory(atPath: inTheWay + "/x", withIntermediateDirectories: true)
                let answer = await get(router)
                #expect(answer.status == 500)
                #expect(answer.json?["error"]?.stringValue?.contains("flatalert.backup") == true)
                #expect(answer.json?["advice"]?.stringValue == "see that the storage directory can be written and has room")
                try FileManager.default.removeItem(atPath: inTheWay)
                let left = try leftovers(directory)
                #expect(left.isEmpty)
                #expect(await get(router).status == 200)
            }
        }
    }

    @Test("a copy that turns out to be short cuts the connection instead of passing for a backup; one that is gone is none")
    func short() async throws {
        try await OperatorRouter.withDirectory { directory in
            let router = FakeRouter()
            let refused = await router.get(Self.path)
            #expect(refused.status == 503 && refused.json?["error"]?.stringValue == "no journal")
            let file = "\(directory)/copy"
            let summary = BackupSummary(bytes: 600_000, schemaVersion: 1, alerts: 0, silences: 0, logEntries: 0, takenAt: nil)
            #expect(BackupFile(taking: file, summary: summary) == nil)
            try Data(repeating: 7, count: 300_000).write(to: URL(fileURLWithPath: file))
            let copy = try #require(BackupFile(taking: file, summary: summary))
            #expect(!FileManager.default.fileExists(atPath: file))
            router.backedUp.withLockedValue { $0 = .success(copy) }
            let answer = await router.get(Self.path)
            #expect(answer.status == 200 && answer.isStreamed && answer.text.hasSuffix("stream failed: TruncatedBackup()"))
        }
    }
}
