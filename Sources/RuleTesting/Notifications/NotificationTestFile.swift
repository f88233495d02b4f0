import StrictYAML

/// The second document of a file of unit tests: what becomes of alerts on their way to people. Times are milliseconds from the start of a test.
struct NotificationTestFile {
    /// The routing file, relative to the test file.
    var alertmanager = ""
    var position: YAMLPosition
    /// What `external_labels` of prometheus.yml would be.
    var externalLabels: [NamedText] = []
    /// Where messages and templates point to.
    var externalURL = ""
    var tests: [NotificationTest] = []
}

/// One element of `notification_tests`.
struct NotificationTest {
    var position: YAMLPosition
    var name = ""
    /// The name of the unit test whose input is used; empty where the test has its own.
    var unitTest = ""
    /// Input of its own.
    var own: RuleTest?
    /// How long it goes on.
    var end: Int64 = 0
    /// In the order of their times.
    var events: [TestEvent] = []
    /// nil where notifications are not looked at as a whole.
    var expected: [ExpectedNotification]?
    /// Whether notifications may be sent that nobody expects.
    var allowsOthers = false
    var unwanted: [UnwantedNotification] = []
    var mutings: [ExpectedMuting] = []
}

/// What happens to the process, its host, or by the hand of an operator.
struct TestEvent {
    enum Kind {
        /// The process is killed, and runs again after this time.
        case restart(down: Int64)
        /// The host sleeps.
        case sleep(Int64)
        /// Nobody evaluates rules for this time; who routes goes on.
        case pause(Int64)
        /// Somebody silences what these matchers match.
        case silence(matchers: [String], duration: Int64)
    }

    var position: YAMLPosition
    var time: Int64
    var kind: Kind
}

/// One element of `exp_notifications`. What is not said is not looked at.
struct ExpectedNotification {
    /// Where texts are looked for.
    enum Field: String, CaseIterable {
        /// Slack's titles, the titles of a webhook's own body.
        case title
        /// Slack's texts, a mail's plain part.
        case text
        /// A mail's subject.
        case subject
        /// A mail's HTML part.
        case html
        /// All of it.
        case body
    }

    var position: YAMLPosition
    var times: ClosedRange<Int64>?
    var receiver: String?
    /// `slack`, or with its place, `slack[1]`.
    var integration: String?
    var groupLabels: [NamedText]?
    var groupKey: String?
    /// Labels that tell the alerts from each other; as many as there are alerts.
    var firing: [[NamedText]]?
    var resolved: [[NamedText]]?
    var texts: [(field: Field, text: String)] = []
    /// Texts that must not be anywhere in it.
    var lacking: [String] = []
}

/// One element of `exp_no_notifications`.
struct UnwantedNotification {
    var position: YAMLPosition
    var labels: [NamedText] = []
    var receiver: String?
    var integration: String?
}

/// One element of `exp_muted`.
struct ExpectedMuting {
    enum Cause: String, CaseIterable {
        case inhibited
        case silenced
        /// By a time interval of its route.
        case timeInterval = "time_interval"
        /// It fires, and nothing keeps it from being told.
        case nobody
    }

    var position: YAMLPosition
    var labels: [NamedText] = []
    var cause: Cause
    /// Labels of the alert that inhibits.
    var source: [NamedText] = []
    /// nil at the end of the test.
    var time: Int64?
}
