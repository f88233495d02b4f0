import Labels

/// A command of a promqltest script with its line, counted from 1 (reference 9.1).
struct ScriptCommand: Sendable {
    enum Action: Sendable {
        case clear
        /// Milliseconds between the values of each series.
        case load(step: Int64, series: [LoadedSeries], buildsHistograms: Bool)
        case evaluation(ScriptEvaluation)
    }

    var line: Int
    var action: Action
}

/// One line of a `load`.
struct LoadedSeries: Sendable {
    var notation: SeriesNotation
    /// A line `<series>@st …` stood before it. Start timestamps are not kept.
    var hasStartTimestamps: Bool
}

/// When an expression is evaluated. Milliseconds.
enum EvaluationTimes: Sendable {
    case instant(at: Int64)
    case range(from: Int64, through: Int64, step: Int64)
}

/// An `eval` with what it must give.
struct ScriptEvaluation: Sendable {
    var times: EvaluationTimes
    var expression: String
    var expectation = Expectation()
}

/// What must come of an evaluation.
struct Expectation: Sendable {
    enum Text: Sendable {
        case any
        case literal(String)
        /// Searched anywhere in the text.
        case pattern(String)
    }

    /// How the texts of warnings, or of infos, are judged.
    enum Annotations: Sendable {
        case ignored
        case none
        /// Each must be found in some annotation, and each annotation must match one.
        case all([Text])
    }

    struct Series: Sendable {
        var labels: LabelSet
        var values: [SeriesValue]
        var line: Int
    }

    var failure: Text?
    var warnings: Annotations = .ignored
    var infos: Annotations = .ignored
    var isOrdered = false
    /// The times of the values when an instant query gives a range vector.
    var rangeVector: EvaluationTimes?
    var string: String?
    var scalar: Double?
    var series: [Series] = []

    /// Whether a native histogram is expected.
    var wantsHistogram: Bool { series.contains { $0.values.contains(.histogram) } }
}

/// A script that cannot be read: where, and what was expected.
struct ScriptError: Error, Sendable {
    /// Counted from 1.
    let line: Int
    let message: String
}
