import AlertCore
import AlertStorage
import Foundation
import JSON
import Journal
import Labels
import Testing
import Time
import WebServer

@testable import AlertRouter

@Suite("Backup, restore and heartbeat of a router with a real journal")
struct BackupTests {
    /// The `n` of every firing alert that a webhook was told, repeated as often as it was.
    private func told(_ server: SlackServer) -> [Int] {
        server.bodies.flatMap { body in
            ((try? JSONValue.parse(body))?["alerts"]?.arrayValue ?? []).compactMap { alert in
                alert["status"]?.stringValue == "firing" ? alert["labels"]?["n"]?.stringValue.flatMap { Int($0) } : nil
            }
        }
    }

    private func fetch(_ router: Router, to file: String) async throws {
        let response = await API(router: router).respond(to: WebRequest(method: "GET", path: "/api/flatalert/v1/backup"))
        #expect(response.status == 200)
        #expect(response.headers.contains { $0 == ("Cache-Control", "no-store") })
        #expect(response.headers.contains { $0.0 == "Content-Disposition" && $0.1.hasPrefix("attachment; filename=\"flatalert-") })
        guard case .stream(let produce) = response.body else {
            Issue.record("not streamed")
            return
        }
        let collected = Collected()
        var writer = WebBodyWriter { await collected.add($0) }
        try await produce(&writer)
        try await writer.flush()
        try Data(await collected.bytes).write(to: URL(fileURLWithPath: file))
    }

    private actor Collected {
        var bytes: [UInt8] = []
        func add(_ more: [UInt8]) { bytes += more }
    }

    private func silence(_ router: Router, _ name: String) async throws {
        let now = Clock.wall()
        let draft = Silence(
            id: "", matchers: [Matcher(name: "alertname", equals: name)], startsAt: now, endsAt: now + .hours(1),
            updatedAt: now, createdBy: "me", comment: "c")
        _ = try await router.changeSilences { machine, now throws(SilenceError) in
            try machine.planSilence(draft, newID: UUIDText.random(), at: now)
        }
    }

    @Test("a backup under load has every alert, silence and telling that came before it; restored, it tells nothing again")
    func underLoad() async throws {
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            try await OperatorRouter.withDirectory { directory in
                let file = "\(directory)/a b?#%.backup"
                let before = try OperatorRouter.alerts(0..<60)
                try await OperatorRouter.run(in: directory, telling: server.url) { router in
                    try await router.receive(before)
                    try await silence(router, "Later")
                    #expect(await OperatorRouter.eventually { Set(told(server)).count == 60 && router.counts.logEntries == 60 })
                    let load = Task {
                        for batch in 0..<40 where !Task.isCancelled {
                            try await router.receive(OperatorRouter.alerts(1000 + batch * 25..<1025 + batch * 25, name: "Later"))
                        }
                    }
                    try await fetch(router, to: file)
                    load.cancel()
                    try await load.value
                    #expect(!FileManager.default.fileExists(atPath: "\(directory)/data/flatalert.backup"))
                }
                let summary = try AlertBackup.inspect(file)
                #expect(summary.alerts >= 60 && summary.silences == 1 && summary.logEntries >= 60 && summary.takenAt != nil)

                // The instance goes on and forgets; then it is set back.
                let data = "\(directory)/data"
                try Data("in the way".utf8).write(to: URL(fileURLWithPath: "\(data)/flatalert.db.restoring"))
                let kept = try OfflineJournal(at: data).replace(with: file, keepingOldAs: "replaced")
                #expect(kept == "\(data)/flatalert.db.replaced")
                #expect(try AlertBackup.inspect("\(data)/flatalert.db.replaced").alerts >= summary.alerts)
                #expect(try AlertBackup.inspect("\(data)/flatalert.db") == summary)

                let unfinished = "\(data)/flatalert.backup.part"
                try Data("half".utf8).write(to: URL(fileURLWithPath: unfinished))
                let toldBefore = server.requests.count
                try await OperatorRouter.run(in: directory, telling: server.url) { router in
                    #expect(!FileManager.default.fileExists(atPath: unfinished), "what a killed backup left is removed")
                    let expected = Set(before.map(\.body.labels.fingerprint))
                    #expect(router.read { machine, _ in Set(machine.fingerprints).isSuperset(of: expected) })
                    #expect(router.read { machine, now in machine.silences(matching: [], at: now).count } == 1)
                    // What comes after it shows that the groups had their turn.
                    try await router.receive(OperatorRouter.alerts(7777..<7778))
                    #expect(await OperatorRouter.eventually { told(server).contains(7777) })
                    try await router.receive(OperatorRouter.alerts(0..<60))
                    try await router.receive(OperatorRouter.alerts(8888..<8889))
                    #expect(await OperatorRouter.eventually { told(server).contains(8888) })
                }
                #expect(server.requests.count == toldBefore + 2)
                #expect(told(server).filter { $0 < 60 }.sorted() == Array(0..<60), "each exactly once")
            }
        }
    }

    @Test("a directory that an instance holds is not restored into, and what is no backup is refused")
    func refusals() async throws {
        try await OperatorRouter.withDirectory { directory in
            let file = "\(directory)/backup"
            try await OperatorRouter.run(in: directory, telling: "http://127.0.0.1:9") { router in
                try await fetch(router, to: file)
                let refusal = #expect(throws: JournalError.self) { try OfflineJournal(at: "\(directory)/data") }
                if case .heldByOtherProcess = refusal { return }
                Issue.record("\(String(describing: refusal))")
            }
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            for (name, damaged) in [("short", bytes.prefix(bytes.count / 2)), ("text", Data("hello\n".utf8)), ("empty", Data())] {
                let path = "\(directory)/\(name)"
                try damaged.write(to: URL(fileURLWithPath: path))
                #expect(throws: BackupError.self, "\(name)") { try AlertBackup.inspect(path) }
            }
            #expect(throws: BackupError.unreadable(path: "\(directory)/none", reason: "No such file or directory")) {
                try AlertBackup.inspect("\(directory)/none")
            }
            // user_version is at 60: a later schema that this program cannot read.
            bytes.replaceSubrange(60..<64, with: [0, 0, UInt8(900_900 >> 8 & 0xFF), UInt8(900_900 & 0xFF)])
            bytes[61] = UInt8(900_900 >> 16)
            let newer = "\(directory)/newer"
            try bytes.write(to: URL(fileURLWithPath: newer))
            #expect(throws: BackupError.newer(path: newer, found: 900, known: AlertTables.schema.version)) {
                try AlertBackup.inspect(newer)
            }
        }
    }

    @Test("a damaged database and its log are set aside by a restore")
    func damagedOne() async throws {
        try await OperatorRouter.withDirectory { directory in
            let file = "\(directory)/backup"
            try await OperatorRouter.run(in: directory, telling: "http://127.0.0.1:9") { try await fetch($0, to: file) }
            let database = "\(directory)/data/flatalert.db"
            try Data(repeating: 7, count: 64 << 10).write(to: URL(fileURLWithPath: database))
            try Data("nor a log".utf8).write(to: URL(fileURLWithPath: database + "-wal"))
            #expect(try OfflineJournal(at: "\(directory)/data").replace(with: file, keepingOldAs: "old") == "\(database).old")
            #expect(FileManager.default.contents(atPath: "\(database).old-wal") == Data("nor a log".utf8))
            #expect(!FileManager.default.fileExists(atPath: "\(database)-wal"))
            #expect(try AlertBackup.inspect(database).alerts == 0)
        }
    }

    @Test(
        "a silent watchdog is told once over a restart, and its end is told when it is back; the outside watcher is called only meanwhile")
    func heartbeat() async throws {
        try await SlackServer.run({ _, _ in SlackServer.ok }) { server in
            var options = HeartbeatOptions()
            options.expected = [try HeartbeatExpectation(#"alertname="Watchdog""#, mode: .fallback)]
            options.timeout = .milliseconds(400)
            options.pingURL = "\(server.url)/ping"
            options.pingInterval = .milliseconds(100)
            func silent(_ status: String) -> Int {
                server.bodies.filter { $0.contains("MonitoringSilent") && $0.contains(#""status":"\#(status)""#) }.count
            }
            func pings() -> Int { server.requests.filter { $0.path == "/ping" }.count }
            try await OperatorRouter.withDirectory { directory in
                try await OperatorRouter.run(in: directory, telling: server.url, heartbeat: options) { router in
                    #expect(await OperatorRouter.eventually { silent("firing") == 1 })
                    #expect(!router.heartbeatReport.isOK)
                    #expect(String(decoding: router.metrics.registry.render(), as: UTF8.self).contains("flatalert_heartbeat_ok 0"))
                    #expect(await OperatorRouter.eventually { router.counts.logEntries == 1 })
                }
                options.timeout = .hours(1)
                let pingsBefore = pings()
                try await OperatorRouter.run(in: directory, telling: server.url, heartbeat: options) { router in
                    #expect(!router.heartbeatReport.isOK, "still silent after the restart")
                    try await router.receive(OperatorRouter.alerts(1..<2))
                    #expect(await OperatorRouter.eventually { told(server).contains(1) })
                    #expect(silent("firing") == 1 && pings() == pingsBefore)
                    try await router.receive(OperatorRouter.alerts(0..<1, name: "Watchdog"))
                    #expect(await OperatorRouter.eventually { silent("resolved") == 1 && pings() > pingsBefore })
                    #expect(router.heartbeatReport.isOK)
                    #expect(
                        String(decoding: router.metrics.registry.render(), as: UTF8.self).contains(
                            #"flatalert_heartbeat_age_seconds{expected="alertname=\"Watchdog\""} "#))
                }
                #expect(silent("firing") == 1)
            }
        }
    }
}
