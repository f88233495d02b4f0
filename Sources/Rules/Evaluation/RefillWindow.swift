import Labels
public import PromQL

/// A time without samples: nobody scraped, or nobody ran. Milliseconds.
public struct SampleGap: Sendable, Hashable {
    /// From when samples are missing.
    public var start: Int64
    /// The first pass after it.
    public var end: Int64

    /// A gap.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }
}

/// What an expression must see of the past before the lack of an alert in its result means that the alert is over.
///
/// After a gap `rate(x[5m])` has no result until two samples have come, `increase(x[1h]) > 9` may lie below its threshold for most of an
/// hour, `x - x offset 1h` looks into the gap an hour later, and whatever reads `ALERTS` or a series that rules record from such expressions
/// lacks it as long.
/// None of this says that anything got better. So a rule is *blind*
///
/// - under functions of many samples (`rate`, `increase`, `avg_over_time` … see `spanning`): if the gap is longer than half of the window,
///   from the moment it takes more than half of the window until the window holds none of it;
/// - for every other selector: as long as all that it looks back over lies in the gap. Without `offset` and `query_offset` that is never,
///   because no rule is evaluated before the first scrapes.
///
/// It is blind for the outage tolerance at the longest. Sources that are far away may have no gap where this program has one; nobody can
/// tell, so they count as having it, and an end may be told late. Alerts that a blind rule lacks stay as they are (`ActiveAlert.isFrozen`): firing ones
/// fire, pending ones make no way towards `for`. Alerts that it has go on normally.
public struct RefillWindow: Sendable, Hashable {
    /// One thing that is looked at. Milliseconds.
    struct Need: Sendable, Hashable {
        /// How far its newest sample lies behind.
        var offset: Int64
        /// How far it looks back from there.
        var window: Int64
        /// Whether most of the window must hold samples, rather than any place of it.
        var isSpan: Bool
    }

    private(set) var needs: Set<Need> = []

    /// Functions whose value lives off many samples of their window. Those not named here (`max_over_time`, `last_over_time` …) are as good
    /// with the newest alone.
    private static let spanning: Set<String> = [
        "rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets", "double_exponential_smoothing",
        "sum_over_time", "count_over_time", "avg_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time", "mad_over_time",
    ]

    /// How far instant selectors look back.
    private static let lookback: Int64 = 300_000

    /// The window of an expression.
    ///
    /// - Parameter recorded: those of series that rules record, by name.
    public static func of(_ expression: Expression, recorded: [String: RefillWindow] = [:]) -> RefillWindow {
        var window = RefillWindow()
        window.collect(expression, isSpanned: false, recorded)
        return window
    }

    /// The windows of all series that groups write, by name: what their rules need, and the interval until each rule has written for the
    /// first time after a gap. Rules over written series are included.
    ///
    /// - Parameter interval: that of groups that name none, milliseconds.
    public static func recorded(by groups: [RuleGroupDefinition], interval: Int64 = 60_000) -> [String: RefillWindow] {
        let recording = groups.flatMap { group in
            group.rules.filter { $0.kind == .recording }.map { (rule: $0, interval: group.interval ?? interval) }
        }
        let alerting = groups.filter { $0.rules.contains { $0.kind == .alerting } }.map { $0.interval ?? interval }.max()
        var windows: [String: RefillWindow] = [:]
        if let alerting {
            // Alerts that are frozen are written as ever.
            for name in [AlertSeries.alertsName, AlertSeries.forStateName] { windows[name] = RefillWindow(waiting: alerting) }
        }
        let alerts = windows
        // Rules that record from each other's series need as many rounds as the chain is long; one that reads itself never ends.
        for _ in 0..<4 {
            var next = alerts
            for (rule, interval) in recording {
                var window = RefillWindow(waiting: interval)
                window.add(of(rule.query.expression, recorded: windows), offset: interval, window: 0)
                next[rule.name, default: RefillWindow()].needs.formUnion(window.needs)
            }
            if next == windows { break }
            windows = next
        }
        return windows
    }

    /// Needs nothing of the past.
    init() {}

    /// Needs to wait for the first sample, milliseconds.
    private init(waiting time: Int64) { needs = [Need(offset: time, window: Self.lookback, isSpan: false)] }

    /// How far behind a result the oldest sample lies that it is made of, milliseconds.
    public var length: Int64 { needs.reduce(0) { max($0, $1.offset + $1.window) } }

    /// Whether a result at a time may lack what is true.
    func isBlind(at time: Int64, after gap: SampleGap, tolerance: Int64) -> Bool {
        guard time < gap.end + tolerance else { return false }
        return needs.contains { need in
            let newest = time - need.offset
            guard need.isSpan else { return newest < gap.end && newest - need.window >= gap.start }
            guard gap.end - gap.start > need.window / 2, newest < gap.end + need.window else { return false }
            return newest >= gap.end || newest - max(newest - need.window, gap.start) > need.window / 2
        }
    }

    private mutating func collect(_ expression: Expression, isSpanned: Bool, _ recorded: [String: RefillWindow]) {
        switch expression {
        case .vectorSelector(let selector): add(selector, window: Self.lookback, isSpan: false, recorded)
        case .matrixSelector(let matrix): add(matrix.selector, window: Self.length(of: matrix.window), isSpan: isSpanned, recorded)
        case .subquery(let subquery):
            // A fixed time does not move out of a gap: waiting helps nothing.
            guard subquery.modifiers.at == nil else { return }
            let inner = Self.of(subquery.expression, recorded: recorded)
            add(inner, offset: Self.offset(of: subquery.modifiers), window: isSpanned ? Self.length(of: subquery.window) : 0)
        case .call(let call):
            for argument in call.arguments { collect(argument, isSpanned: Self.spanning.contains(call.function.name), recorded) }
        case .parentheses(let inner): collect(inner.expression, isSpanned: isSpanned, recorded)
        default: for child in expression.children { collect(child, isSpanned: false, recorded) }
        }
    }

    private mutating func add(_ selector: VectorSelector, window: Int64, isSpan: Bool, _ recorded: [String: RefillWindow]) {
        guard selector.modifiers.at == nil else { return }
        let offset = Self.offset(of: selector.modifiers)
        needs.insert(Need(offset: offset, window: window, isSpan: isSpan))
        let names = selector.matchers.filter { $0.name == "__name__" }
        guard !names.isEmpty, !recorded.isEmpty else { return }
        for (name, inner) in recorded where names.allSatisfy({ $0.matches(value: name) }) {
            add(inner, offset: offset, window: isSpan ? window : 0)
        }
    }

    /// Takes over what an inner expression needs, seen through a window that wants to be filled with its results if it is one.
    private mutating func add(_ inner: RefillWindow, offset: Int64, window: Int64) {
        for need in inner.needs {
            // Where any sample of a look back will do, the results of the first scrapes on are whole.
            let length = window > 0 && !need.isSpan ? window : need.window + window
            needs.insert(Need(offset: need.offset + offset, window: length, isSpan: need.isSpan || window > 0))
        }
    }

    /// Instant queries have neither step nor range; what cannot be computed fails in the query.
    private static func length(of duration: DurationExpression) -> Int64 {
        max(0, (try? duration.milliseconds(step: 0, range: 0)) ?? 0)
    }

    private static func offset(of modifiers: TimeModifiers) -> Int64 { modifiers.offset.map(length) ?? 0 }
}
