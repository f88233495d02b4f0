import AlertCore
import Foundation
import Labels
import Logging
import Time
import Transport
import WebServer

@testable import AlertRouter

/// Routers with a real journal, real deliveries and directories of their own.
enum OperatorRouter {
    /// Runs with an empty directory that is removed afterwards.
    static func withDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return try await body(path)
    }

    /// Runs with a router that tells a webhook at once, and stops it.
    static func run<R>(
        in directory: String, telling url: String, heartbeat: HeartbeatOptions = HeartbeatOptions(),
        change: (inout Router.Options) -> Void = { _ in }, _ body: (Router) async throws -> R
    ) async throws -> R {
        let file = "\(directory)/alertmanager.yml"
        try """
        route:
          receiver: hook
          group_by: ['...']
          group_wait: 0s
          group_interval: 1s
          repeat_interval: 1h
        receivers:
        - name: hook
          webhook_configs: [{url: '\(url)/hook'}]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        var options = Router.Options(
            configuration: .file(file), storagePath: "\(directory)/data", machine: MachineOptions(), externalURL: "http://localhost",
            routePrefix: "/", cluster: ClusterStatus(listenAddress: "", name: "me"), matcherMode: .fallback, logsSilences: false)
        options.heartbeat = heartbeat
        change(&options)
        let transport = Transport(name: "test")
        let router = try Router(options: options, transport: transport, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        router.start()
        let result: Result<R, any Error>
        do { result = .success(try await body(router)) } catch { result = .failure(error) }
        await router.stop()
        transport.shutdown()
        return try result.get()
    }

    /// Firing alerts for the next hour, numbered.
    static func alerts(_ numbers: Range<Int>, name: String = "A") throws -> [Alert] {
        let now = Clock.wall()
        return try numbers.map { number in
            try Alert.normalize(
                labels: LabelSet([("alertname", name), ("n", "\(number)")]), annotations: LabelSet(), generatorURL: "", startsAt: nil,
                endsAt: now + .hours(1), now: now, resolveTimeout: .minutes(5), mode: .utf8
            ).get()
        }
    }

    /// Waits for something that happens by itself; false when it does not come about.
    static func eventually(_ condition: () throws -> Bool) async rethrows -> Bool {
        for _ in 0..<3000 {
            if try condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
