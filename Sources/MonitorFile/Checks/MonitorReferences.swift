import ClientConfiguration
import Labels
import Transport

/// What a configuration refers to, looked for on the disk (reference 7.2): a check of its own, because a server starts and reloads without.
public struct MonitorReferences: Sendable {
    /// The rule files that are there, each pattern's sorted.
    public private(set) var ruleFiles: [String] = []
    /// What cannot stay as it is: files that are missing or wrong, targets that are none.
    public private(set) var problems: [String] = []
    /// What may be meant: a list of targets that is not there yet.
    public private(set) var warnings: [String] = []

    /// Looks for everything that the configuration names.
    public init(of configuration: MonitorConfiguration) {
        for pattern in configuration.ruleFiles { addRules(matching: pattern) }
        for job in configuration.scrapeConfigurations {
            let place = "scrape job \(GoQuote.quote(job.jobName))"
            checkFiles(of: job.client.options, headers: job.client.headers, in: place)
            check(job.discoveries, in: place, relabeling: job.relabeling)
        }
        for entry in configuration.alerting.alertmanagers {
            checkFiles(of: entry.client.options, headers: entry.client.headers, in: "alertmanager config")
            check(entry.discoveries, in: "alertmanager config", relabeling: entry.relabeling)
        }
    }

    private mutating func addRules(matching pattern: String) {
        let found = FileGlob.files(matching: pattern)
        // A pattern may match nothing; a file that is named must be there.
        guard pattern.contains("*") else {
            guard let file = found.first else {
                problems.append("\(GoQuote.quote(pattern)) does not point to an existing file")
                return
            }
            if let fault = FileReader.fault(of: file) { problems.append("error checking rule file \(GoQuote.quote(file)): \(fault)") }
            ruleFiles += found
            return
        }
        ruleFiles += found
    }

    // MARK: - Files of the HTTP client

    private mutating func checkFiles(of options: HTTPClientOptions, headers: [HTTPConfiguration.Header], in place: String) {
        check(options.basicAuth?.username, "basic_auth username file", in: place)
        check(options.basicAuth?.password, "basic_auth password file", in: place)
        check(options.authorization?.credentials, "authorization credentials or bearer token file", in: place)
        check(options.oauth2?.clientSecret, "oauth2 client secret file", in: place)
        for tls in [options.tls] + (options.oauth2.map { [$0.tls] } ?? []) {
            check(tls.ca, "CA file", in: place)
            check(tls.cert, "client cert file", in: place)
            check(tls.key, "client key file", in: place)
        }
        for file in headers.flatMap(\.files) { check(.file(file), "file of http_headers", in: place) }
    }

    private mutating func check(_ source: TextSource?, _ what: String, in place: String) {
        guard case .file(let path) = source, let fault = FileReader.fault(of: path) else { return }
        problems.append("error checking \(what) \(GoQuote.quote(path)) of \(place): \(fault)")
    }

    // MARK: - Targets

    private mutating func check(_ discoveries: [DiscoveryConfiguration], in place: String, relabeling: RelabelRules) {
        for discovery in discoveries {
            switch discovery {
            case .fixed(let groups): check(groups, in: place, relabeling: relabeling)
            case .files(let files): for pattern in files.files { check(filesMatching: pattern, in: place, relabeling: relabeling) }
            case .http(let list): checkFiles(of: list.client.options, headers: list.client.headers, in: place)
            }
        }
    }

    private mutating func check(filesMatching pattern: String, in place: String, relabeling: RelabelRules) {
        let found = FileGlob.files(matching: pattern)
        if found.isEmpty { warnings.append("file \(GoQuote.quote(pattern)) for file_sd in \(place) does not exist") }
        for file in found {
            switch FileReader.contents(of: file) {
            case .failure(let fault): problems.append("checking SD file \(GoQuote.quote(file)): \(fault.message)")
            case .success(let bytes):
                do throws(MonitorConfigurationError) {
                    let groups = try DiscoveryReader.groups(bytes, file: file, isJSON: file.lowercased().hasSuffix(".json"))
                    check(groups, in: place, relabeling: relabeling)
                } catch {
                    problems += error.lines.map { "checking SD file: \($0)" }
                }
            }
        }
    }

    /// Entries that relabelling leaves without an address, or with a URL in its place.
    private mutating func check(_ groups: [TargetGroup], in place: String, relabeling: RelabelRules) {
        for group in groups {
            for (index, target) in group.targets.enumerated() {
                let labels = LabelSet((group.labels.pairs + target.pairs).map { ($0.name, $0.value) })
                guard let relabeled = relabeling.apply(labels.removingEmptyValues()) else { continue }
                let address = relabeled["__address__"] ?? ""
                if address.isEmpty {
                    problems.append("instance \(index) in group \(group.source) of \(place): no address")
                } else if address.contains("/") {
                    problems.append(
                        "instance \(index) in group \(group.source) of \(place): \(GoQuote.quote(address)) is not a valid hostname")
                }
            }
        }
    }
}
