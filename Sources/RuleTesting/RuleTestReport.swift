public import AlertRouter
public import Labels

/// What a run of unit-test files gave.
public struct RuleTestReport: Sendable {
    /// What is printed, in this order.
    public var pieces: [Piece] = []
    /// Whether any test failed.
    public var hasFailures = false
    /// Each file with its tests.
    public var suites: [Suite] = []

    /// A text on its way to one of the two streams of a process.
    public struct Piece: Sendable {
        /// Whether it goes to standard error.
        public var isError: Bool
        /// With its line ends.
        public var text: String
    }

    /// What goes to standard output.
    public var output: String { pieces.lazy.filter { !$0.isError }.map(\.text).joined() }

    /// What goes to standard error.
    public var errors: String { pieces.lazy.filter(\.isError).map(\.text).joined() }

    /// The tests of one file.
    public struct Suite: Sendable {
        /// The file.
        public var name: String
        /// Why none of its tests could be run; nil when they were.
        public var error: String?
        /// In the order of the file; notification tests come last.
        public var cases: [Case] = []
    }

    /// One test.
    public struct Case: Sendable {
        /// Its name; empty without one.
        public var name: String
        /// What failed; empty when it passed.
        public var failures: [String] = []
        /// What a test of notifications sent, in the order of sending.
        public var messages: [Message] = []
    }

    /// A message that a test of notifications sent.
    public struct Message: Sendable {
        /// Milliseconds from the start of the test.
        public var time: Int64
        /// The receiver's name.
        public var receiver: String
        /// `slack`, `email`, `webhook`.
        public var kind: String
        /// Its place among the receiver's integrations of that kind.
        public var index: Int
        /// Labels of the alerts that fire.
        public var firing: [LabelSet]
        /// Labels of the alerts that are over.
        public var resolved: [LabelSet]
        /// What was sent, or why it could not be rendered.
        public var content: Result<RenderedMessage, RenderedMessage.Fault>
    }

    /// Nothing yet.
    public init() {}

    mutating func print(_ text: String) { pieces.append(Piece(isError: false, text: text)) }

    mutating func complain(_ text: String) { pieces.append(Piece(isError: true, text: text)) }

    mutating func add(_ run: RuleTestFileRun) {
        print("Unit Testing:  \(run.suite.name)\n")
        for warning in run.warnings { complain("  WARNING: \(warning)\n") }
        if !run.output.isEmpty { print(run.output) }
        let failures = run.suite.cases.flatMap(\.failures) + (run.suite.error.map { [$0] } ?? [])
        if failures.isEmpty {
            print("  SUCCESS\n")
        } else {
            hasFailures = true
            complain("  FAILED:\n")
            for failure in failures {
                complain(failure + "\n")
                print("\n")
            }
        }
        print("\n")
        suites.append(run.suite)
    }
}
