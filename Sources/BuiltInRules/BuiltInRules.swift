/// The repository's `rules/*.yml`, carried in the binary so that a server without any file of its own watches the machine it runs on.
///
/// The files are embedded through the link `rules` beside this source: `rules/` stays the one place where they are written.
public enum BuiltInRules {
    /// Every file with its name and text, by name. A server loads those whose scrape jobs it has.
    public static let files: [(name: String, text: [UInt8])] = [
        ("cni-plugin.yml", PackageResources.cni_plugin_yml),
        ("gateway.yml", PackageResources.gateway_yml),
        ("host.yml", PackageResources.host_yml),
        ("monitoring.yml", PackageResources.monitoring_yml),
    ]
}
