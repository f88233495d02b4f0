import Labels

/// The value of an instant-vector expression at every step: a label set a series, and its values in one dense column after another.
///
/// `values[series * steps + step]` is the value, or the stale marker's bits where the series has none at that step.
struct StepVectors {
    let steps: Int
    var labels: ContiguousArray<SeriesLabels>
    var values: ContiguousArray<Double>

    init(steps: Int) {
        self.steps = steps
        labels = []
        values = []
    }

    var seriesCount: Int { labels.count }
}

/// A series' labels, and whether its name, type and unit count as removed (reference 3.11).
///
/// Without delayed name removal every reader takes a marked series for one without those labels; with it they stay visible until the end of the query.
/// Nothing is copied to drop a name.
struct SeriesLabels {
    var labels: LabelSet
    var dropsName: Bool
}
