import ClientConfiguration
import Labels
import StrictYAML

extension MonitorReader {
    /// `alerting` (reference 6).
    func alerting(_ fields: YAMLMapping) -> AlertingSettings {
        let relabeling = RelabelReader(decoder: decoder, legacyNames: defaults.job.legacyNames)
        var settings = AlertingSettings()
        settings.relabeling = relabeling.read(fields["alert_relabel_configs"], empty: "empty or null alert relabeling rule")
        settings.alertmanagers =
            fields.list("alertmanagers") { element in
                if element.isNull { element.fail("empty or null section in alertmanagers") }
                return element.mapping(as: "alertmanager_config") { self.alertmanager($0, relabeling) }
            } ?? []
        return settings
    }

    private func alertmanager(_ fields: YAMLMapping, _ relabeling: RelabelReader) -> AlertmanagerTargets {
        var entry = AlertmanagerTargets()
        entry.scheme = scheme(fields)
        let prefix = FilePath.cleaned("/\(fields.text("path_prefix"))")
        entry.pathPrefix = prefix == "/" ? "" : prefix
        entry.timeout = fields.milliseconds("timeout", default: entry.timeout)
        let version = fields.text("api_version", default: "v2")
        if version == "v1" {
            fields.fail("api_version", "Alertmanager's API v1 is gone since its version 0.27: write v2")
        } else if version != "v2", fields["api_version"]?.node.scalar?.value != .null {
            fields.fail("api_version", "expected Alertmanager api version to be one of [v2] but got \(version)")
        }
        if let element = fields["sigv4"], !element.isNull { element.fail("sigv4: not in this version") }
        entry.relabeling = relabeling.read(fields["relabel_configs"], empty: "empty or null Alertmanager target relabeling rule")
        entry.alertRelabeling = relabeling.read(fields["alert_relabel_configs"], empty: "empty or null alert relabeling rule")
        entry.client = HTTPConfigurationReader(decoder: decoder, join: joined).read(fields)
        entry.discoveries = discoveries(fields, legacyNames: defaults.job.legacyNames, checksAddresses: isEmpty(fields["relabel_configs"]))
        return entry
    }
}
