public import ClientConfiguration

/// `alerting` (reference 6).
public struct AlertingSettings: Sendable, Hashable {
    /// `alert_relabel_configs`
    public var relabeling = RelabelRules()
    /// `alertmanagers`
    public var alertmanagers: [AlertmanagerTargets] = []

    /// Nobody is told.
    public init() {}
}

/// One entry of `alerting.alertmanagers`.
public struct AlertmanagerTargets: Sendable, Hashable {
    /// `scheme`
    public var scheme = "http"
    /// `path_prefix`, normalised: no slash at the end, one at the start unless empty.
    public var pathPrefix = ""
    /// Milliseconds.
    public var timeout: Int64 = 10_000
    /// `relabel_configs`, on the targets.
    public var relabeling = RelabelRules()
    /// `alert_relabel_configs`, on this entry's copy of the alerts.
    public var alertRelabeling = RelabelRules()
    /// The HTTP client's block.
    public var client = HTTPConfiguration()
    /// Where the targets come from.
    public var discoveries: [DiscoveryConfiguration] = []

    /// An entry without targets.
    public init() {}
}
