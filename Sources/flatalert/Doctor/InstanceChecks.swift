import AlertRouter
import JSON
import Time
import Transport

/// A running instance, asked over HTTP.
struct InstanceChecks {
    let instance: InstanceURL
    let options: HTTPClientOptions
    let send: @Sendable (HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Whether something answers there at all. A doctor who waits long for nobody is none.
    func answers() async -> Bool { await get("/-/healthy", within: .seconds(2)) != nil }

    /// Everything that an instance tells about itself.
    func findings() async -> [DoctorFinding] {
        guard let status = await json("/api/v2/status") else {
            return [
                .failure(
                    "instance", "\(instance.shown) does not answer as an Alertmanager does", "is that the right port, and its route prefix?"
                )
            ]
        }
        var findings = [version(status)]
        guard findings[0].verdict != .failure else { return findings }
        findings += metrics(await get("/metrics").map { String(decoding: $0.body, as: UTF8.self) } ?? "")
        if let list = await json("/api/flatalert/v1/receivers") { findings += receivers(list) }
        if let list = await json("/api/v1/targets?state=active") { findings += targets(list) }
        if let list = await json("/api/v1/rules?exclude_alerts=true") { findings += rules(list) + missing(list) }
        findings += await exporters()
        return findings
    }

    private func version(_ status: JSONValue) -> DoctorFinding {
        let prefix = "flatalert-"
        let revision = status["versionInfo"]?["revision"]?.stringValue ?? ""
        guard revision.hasPrefix(prefix) else {
            let version = status["versionInfo"]?["version"]?.stringValue ?? "of unknown version"
            return .failure(
                "instance", "\(instance.shown) is an Alertmanager \(version), not Flatalert", "stop it, or give this instance another port")
        }
        let version = String(revision.dropFirst(prefix.count))
        guard version == ProductInfo.version else {
            return .warning("instance", "\(instance.shown) runs \(version), this program is \(ProductInfo.version)", "restart the instance")
        }
        return .ok("instance", "\(instance.shown) runs \(version) since \(status["uptime"]?.stringValue ?? "an unknown time")")
    }

    /// What the metrics say that matters.
    func metrics(_ text: String) -> [DoctorFinding] {
        func value(_ name: String) -> Substring? {
            text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last
        }
        let journal: DoctorFinding =
            value("flatalert_journal_durable") == "0"
            ? .failure("journal", "nothing reaches the disk: alerts live in memory only", "look at the log; make room on the disk")
            : .ok("journal", "what is acknowledged reaches the disk")
        let config: DoctorFinding =
            value("alertmanager_config_last_reload_successful") == "0"
            ? .failure("config", "the last reload failed: an older configuration is in force", "flatalert check-config FILE says why")
            : .ok("config", "the configuration in force is the last one loaded")
        return [journal, config]
    }

    /// The receivers as the instance knows them.
    func receivers(_ list: JSONValue) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for receiver in list["receivers"]?.arrayValue ?? [] where receiver["routed"]?.boolValue == true {
            let name = receiver["name"]?.stringValue ?? ""
            let integrations = receiver["integrations"]?.arrayValue ?? []
            if integrations.isEmpty {
                findings.append(
                    .warning(
                        "receiver", "\(name) has no integration: what is routed to it is told to nobody",
                        "give it one, if that is not meant"))
            }
            findings += integrations.map { finding($0, of: name) }
        }
        if let url = list["externalURL"] {
            findings.append(.warning("links", url["problem"]?.stringValue ?? "", url["advice"]?.stringValue ?? ""))
        }
        return findings
    }

    private func finding(_ integration: JSONValue, of receiver: String) -> DoctorFinding {
        let name = "\(receiver) \(integration["integration"]?.stringValue ?? "") \(integration["where"]?.stringValue ?? "")"
        if let problem = integration["problem"]?.stringValue {
            return .failure("receiver", "\(name): \(problem)", integration["advice"]?.stringValue ?? "")
        }
        guard let last = integration["last"] else { return .ok("receiver", "\(name), nothing sent yet") }
        let time = last["time"]?.stringValue ?? ""
        guard last["kind"]?.stringValue == "delivery_failed" else { return .ok("receiver", "\(name), last delivered \(time)") }
        return .warning(
            "receiver", "\(name): the last delivery failed at \(time): \(last["error"]?.stringValue ?? "")",
            "flatalert test-fire --receiver \(receiver) tries now, and says what to do")
    }

    func get(_ path: String, within timeout: TimeSpan = .seconds(10)) async -> HTTPResponse? {
        let request = HTTPRequest(
            url: instance.text + path, timeout: timeout, maximumResponseBytes: 64 << 20, bodyPolicy: .whole, options: options)
        guard let answer = try? await send(request), answer.status == 200 else { return nil }
        return answer
    }

    func json(_ path: String) async -> JSONValue? {
        guard let answer = await get(path) else { return nil }
        return try? JSONValue.parse(answer.body)
    }
}
