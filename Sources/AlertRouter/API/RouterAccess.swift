import AlertCore
import Journal
import Labels
import Time

/// What the API needs of the router around the machine; tests give it another one.
protocol RouterAccess: Sendable {
    /// A look at the machine: a short hold of the lock, no change.
    func read<R>(_ body: (borrowing AlertMachine, ClockReading) -> R) -> R

    /// Takes alerts in and returns when they are durable.
    func receive(_ alerts: [Alert]) async throws(JournalError)

    /// Plans a change of silences, makes it durable, applies it and gives the id of the silence; nil when there was nothing to change.
    ///
    /// Throws `SilenceError` from the plan, or `JournalError`.
    func changeSilences(
        _ plan: @escaping @Sendable (borrowing AlertMachine, ClockReading) throws(SilenceError) -> SilenceChange?
    ) async throws -> String?

    /// Reads the configuration file again. Nil when it went well, else what is wrong.
    func reload() async -> String?

    /// What does not change while the process runs.
    var identity: RouterIdentity { get }

    /// The configuration in force, defaults filled in and secrets masked.
    var configurationText: String { get }

    /// What happened; nil when it is not kept.
    var history: History? { get }

    /// The configuration of this epoch of the machine; nil when it is long gone.
    func configuration(of epoch: UInt32) -> AlertmanagerConfiguration?

    /// Sends what is only a test, beside the deliveries of the machine.
    func testNotifier() -> Notifier

    /// What is known of receivers before anything is sent.
    var receiverWatch: ReceiverWatch { get }

    /// Whether alerts would reach people at this moment.
    var heartbeatReport: HeartbeatReport { get }

    /// A checked copy of everything that was acknowledged before the call.
    func backup() async throws(OperatorError) -> BackupFile

    /// The built-in receiver.
    var inbox: Inbox { get }

    /// How often tests may be sent.
    var testFireLimit: TestFireLimit { get }

    /// The rules of this process.
    var ruleLink: RuleLink { get }

    /// Drills of the alerts that must be able to fire.
    var drillDesk: DrillDesk { get }

    /// Who sends alerts.
    var senders: SenderBook { get }

    /// The metrics of this process.
    var metrics: RouterMetrics { get }
}

/// What does not change while the process runs.
struct RouterIdentity: Sendable {
    var startedAt: Timestamp
    var cluster: ClusterStatus
    var matcherMode: MatcherMode
    /// One leading and no trailing slash; `/` is none.
    var routePrefix: String
    /// Where people reach this instance, without a trailing slash.
    var externalURL = ""
    /// Whose pages may change something through API v2.
    var trustedOrigins = TrustedOrigins.own
}
