import AlertStorage
import Foundation
import Journal
import Testing

@testable import flatalert

@Suite("backup and restore")
struct BackupCommandTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test("a file that is there is not overwritten without -f, and nothing is asked")
    func overwriting() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/old"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
            let server = FakeServer()
            let run = try await server.run("backup", file, program: "flatalert")
            #expect(run.code == 1 && run.error.contains("overwrite it with -f") && server.requests.isEmpty)
        }
    }

    @Test("an answer that is no whole backup leaves nothing behind and changes no file")
    func damagedAnswer() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/old"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
            let server = FakeServer { _ in (200, "half of it") }
            let run = try await server.run("backup", "-f", file, program: "flatalert")
            #expect(run.code == 1 && run.error.contains("is not a whole backup of Flatalert"))
            #expect(server.requests.map(\.target) == ["/api/flatalert/v1/backup"])
            #expect(FileManager.default.contents(atPath: file) == Data("precious".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["old"])
        }
    }

    @Test("the server's refusal is passed on with its advice")
    func refusal() async throws {
        try await withDirectory { directory in
            let server = FakeServer { _ in (507, #"{"error":"no room","advice":"make some"}"#) }
            let run = try await server.run("backup", "\(directory)/new", program: "flatalert")
            #expect(run.code == 1 && run.error.contains("no room; make some"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("restore refuses what is no backup before it touches the directory")
    func noBackup() async throws {
        try await withDirectory { directory in
            let run = try await FakeServer().run(
                "restore", "\(directory)/none", "--storage.path=\(directory)/data", program: "flatalert")
            #expect(run.code == 1 && run.error.contains("cannot read \(directory)/none"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("a backup is restored where serve would look for it; what is there is kept beside it")
    func storagePath() async throws {
        try await withDirectory { directory in
            let backup = "\(directory)/backup"
            try AlertJournal.open(at: "\(directory)/source").close()
            try FileManager.default.moveItem(atPath: "\(directory)/source/flatalert.db", toPath: backup)
            for kept in [false, true] {
                let run = try await FakeServer().run(
                    "restore", backup, program: "flatalert", variables: ["FLATALERT_STORAGE_PATH": "\(directory)/data/"])
                #expect(run.code == 0, "\(run.error)")
                #expect(
                    run.output.hasPrefix("\(directory)/data/flatalert.db: 0 alerts, 0 silences, 0 log entries, copied by hand, schema 1, "))
                #expect(run.output.contains("kept as \(directory)/data/flatalert.db.replaced-20261122T120000Z\n") == kept)
            }
            let other = try await FakeServer().run("restore", backup, "--storage.path", "\(directory)/other", program: "flatalert")
            #expect(other.output.hasPrefix("\(directory)/other/flatalert.db: "))
        }
    }
}
