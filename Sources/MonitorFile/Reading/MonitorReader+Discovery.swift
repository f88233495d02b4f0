import ClientConfiguration
import Labels
import StrictYAML

extension MonitorReader {
    /// Ways to find targets that Prometheus has and this version has not.
    static let missingDiscoveries = [
        "aws", "azure", "consul", "digitalocean", "dns", "docker", "dockerswarm", "ec2", "eureka", "gce", "hetzner", "ionos", "kubernetes",
        "kuma", "lightsail", "linode", "marathon", "nerve", "nomad", "openstack", "oracle", "ovhcloud", "puppetdb", "scaleway", "serverset",
        "stackit", "triton", "uyuni", "vultr",
    ].map { "\($0)_sd_configs" }

    /// Where targets come from.
    ///
    /// - Parameter checksAddresses: Whether a URL in place of an address is a mistake: relabelling may make an address of it.
    func discoveries(_ fields: YAMLMapping, legacyNames: Bool, checksAddresses: Bool) -> [DiscoveryConfiguration] {
        var found: [DiscoveryConfiguration] = []
        let groups = staticGroups(fields["static_configs"], legacyNames: legacyNames, checksAddresses: checksAddresses)
        if !groups.isEmpty { found.append(.fixed(groups)) }
        found += sections(fields, "file_sd_configs", fileDiscovery).map { .files($0) }
        found += sections(fields, "http_sd_configs", httpDiscovery).map { .http($0) }
        // A job whose targets nobody finds would be silently without them.
        for key in Self.missingDiscoveries {
            guard let element = fields[key], isUsed(element) else { continue }
            element.fail("\(key): not in this version; targets come from static_configs, file_sd_configs and http_sd_configs")
        }
        return found
    }

    private func sections<Value>(_ fields: YAMLMapping, _ key: String, _ read: (YAMLMapping) -> Value) -> [Value] {
        fields.list(key) { element in
            if element.isNull { element.fail("empty or null section in \(key)") }
            return element.mapping(as: "\(key.dropLast())", read)
        } ?? []
    }

    private func staticGroups(_ list: YAMLElement?, legacyNames: Bool, checksAddresses: Bool) -> [TargetGroup] {
        let reader = TargetGroupReader(decoder: decoder, legacyNames: legacyNames)
        let groups = list?.list { element in
            if element.isNull { element.fail("empty or null section in static_configs") }
            return reader.group(element, source: "") { target, address in
                if checksAddresses, address.contains("/") { target.fail("\(GoQuote.quote(address)) is not a valid hostname") }
            }
        }
        return (groups ?? []).enumerated().map { TargetGroup(targets: $1.targets, labels: $1.labels, source: "\($0)") }
    }

    private func fileDiscovery(_ fields: YAMLMapping) -> FileDiscovery {
        let files = fields.list("files") { element -> String? in
            guard let path = element.isNull ? "" : element.string() else { return nil }
            guard Self.isTargetFile(path) else {
                element.fail(
                    "path name \(GoQuote.quote(path)) is not valid for file discovery: it must end in .json, .yml or .yaml, and * may stand in the last element only"
                )
                return nil
            }
            return joined(path)
        }
        if isEmpty(fields["files"]), files != nil || fields["files"]?.isNull != false {
            fields.fail("files", "file service discovery config must contain at least one path name")
        }
        var discovery = FileDiscovery(files: files ?? [])
        discovery.refreshInterval = fields.milliseconds("refresh_interval", default: discovery.refreshInterval)
        return discovery
    }

    /// At most one `*`, in the last element, and an ending that says how to read the file.
    private static func isTargetFile(_ path: String) -> Bool {
        let endings = [".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"]
        guard let ending = endings.first(where: path.hasSuffix) else { return false }
        guard let star = path.firstIndex(of: "*") else { return true }
        let rest = path[path.index(after: star)...].dropLast(ending.count)
        return !rest.contains("/") && star < path.index(path.endIndex, offsetBy: -ending.count)
    }

    private func httpDiscovery(_ fields: YAMLMapping) -> HTTPDiscovery {
        let url = fields.requiredText("url", "URL is missing")
        if !url.isEmpty { _ = fields.webURL("url") }
        var discovery = HTTPDiscovery(url: url)
        discovery.refreshInterval = fields.milliseconds("refresh_interval", default: discovery.refreshInterval)
        discovery.client = HTTPConfigurationReader(decoder: decoder, join: joined).read(fields)
        return discovery
    }
}
