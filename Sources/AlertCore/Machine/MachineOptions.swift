public import Labels
public import Time

/// What the machine is told by flags rather than by the configuration (reference 17.1).
public struct MachineOptions: Sendable {
    /// How long expired silences and log entries are kept: `--data.retention`.
    public var retention: TimeSpan = .hours(120)
    /// How often ended alerts leave the store: `--alerts.gc-interval`.
    public var alertsGCInterval: TimeSpan = .minutes(30)
    /// How often silences and log entries past their retention are removed: `--data.maintenance-interval`.
    public var maintenanceInterval: TimeSpan = .minutes(15)
    /// The longest that an unconfirmed alert stays firing without a word from its sender: `--alerts.start-grace` (DESIGN 4).
    public var startGrace: TimeSpan = .minutes(5)
    /// How long after the start no group flushes: `--dispatch.start-delay` (reference 4.4).
    public var startDelay: TimeSpan = .zero
    /// Alerts stored per alertname; 0 is unlimited: `--alerts.per-alertname-limit`.
    public var perAlertnameLimit: Int = 0
    /// Silences stored, expired ones included; 0 is unlimited: `--silences.max-silences`.
    public var maxSilences: Int = 0
    /// The size of one stored silence in Alertmanager's encoding; 0 is unlimited: `--silences.max-silence-size-bytes`.
    public var maxSilenceBytes: Int = 0
    /// By how much wall and monotonic clock may part before it counts as a suspend or a step that no alert may end by (DESIGN 4).
    public var clockTolerance: TimeSpan = .seconds(30)
    /// How much time between two readings of the monotonic clock means that the process stood still, so that no alert may end by it; nil when
    /// the shell does not read the clocks all the time.
    public var standstill: TimeSpan?
    /// How often later end times and the heartbeat are journalled (DESIGN 4).
    public var leaseInterval: TimeSpan = .seconds(30)
    /// How many due deadlines one event may handle, so that no event takes long when thousands of groups tick at once; 0 is unlimited.
    /// What is left is due at once: `nextDeadline` lies in the past then.
    public var dueLimit: Int = 0
    /// Which label names silences may name.
    public var labelNameMode: LabelNameMode = .utf8

    /// Alertmanager's defaults and DESIGN's.
    public init() {}
}
