import Labels
import StrictYAML

/// A file of unit tests in promtool's format (Prometheus reference 7.3), with the notification tests of its second document.
struct RuleTestFile {
    /// As the file names them.
    var ruleFiles: [String] = []
    /// Milliseconds.
    var evaluationInterval: Int64 = 60_000
    /// Names of groups, the first one first.
    var groupOrder: [String] = []
    /// Whether neighbouring floats count as equal.
    var isFuzzy = false
    var tests: [RuleTest] = []
    /// What the second document says; nil without one.
    var notifications: NotificationTestFile?
    /// What is odd but no error.
    var warnings: [String] = []
}

/// One element of `tests`. Times are milliseconds.
struct RuleTest {
    var position: YAMLPosition
    var name = ""
    /// Between the values of input series.
    var interval: Int64 = 60_000
    var inputSeries: [InputSeries] = []
    var alertTests: [AlertTest] = []
    var expressionTests: [ExpressionTest] = []
    /// For templates.
    var externalLabels: [NamedText] = []
    /// For templates.
    var externalURL = ""
    /// The time of the first pass and of the first values.
    var start: Int64 = 0

    /// The latest time that anything is asked about, from the start.
    var lastTime: Int64 { max(alertTests.map(\.time).max() ?? 0, expressionTests.map(\.time).max() ?? 0) }
}

/// A series in the notation of tests.
struct InputSeries {
    var position: YAMLPosition
    var series = ""
    var values = ""
}

/// One element of `alert_rule_test`.
struct AlertTest {
    /// From the start.
    var time: Int64 = 0
    var alertname = ""
    var expected: [ShownAlert] = []
}

/// One element of `promql_expr_test`.
struct ExpressionTest {
    var expression = ""
    /// From the start.
    var time: Int64 = 0
    var expected: [ExpectedSample] = []
}

/// One element of `exp_samples`.
struct ExpectedSample {
    var labels = ""
    var value = 0.0
    /// Whether it is a native histogram, which Flatalert does not have.
    var isHistogram = false
}

/// A label or annotation, empty values included.
struct NamedText: Hashable {
    var name: String
    var value: String
}
