import Labels

/// The value of an instant-vector expression at every step: a label set a series, and its values in one dense column after another.
///
/// `values[series * steps + step]` is the value, or the stale marker's bits where the series has none at that step.
struct StepVectors {
    let steps: Int
    var labels: ContiguousArray<SeriesLabels>
    var values: ContiguousArray<Double>
    /// What is known of the labels. Whoever changes labels sets it to `.unknown`.
    var distinctness = LabelDistinctness.unknown
    /// How many samples this counts for in the query's limit.
    var charge = 0

    init(steps: Int) {
        self.steps = steps
        labels = []
        values = []
    }

    init(steps: Int, labels: ContiguousArray<SeriesLabels>, values: ContiguousArray<Double>, distinctness: LabelDistinctness) {
        self.steps = steps
        self.labels = labels
        self.values = values
        self.distinctness = distinctness
    }

    var seriesCount: Int { labels.count }

    /// Which steps have a sample of any series.
    func occupiedSteps() -> ContiguousArray<Bool> {
        var occupied = ContiguousArray(repeating: false, count: steps)
        guard steps > 0 else { return occupied }
        var left = steps
        for series in 0..<seriesCount {
            for step in 0..<steps where !occupied[step] && !values[series * steps + step].isStaleMarker {
                occupied[step] = true
                left -= 1
            }
            if left == 0 { break }
        }
        return occupied
    }
}

/// What is known about the label sets of a vector without looking at them. It spares the search for equal ones (reference 3.11).
enum LabelDistinctness {
    /// They may be equal once names go.
    case unknown
    /// All have one name: without it they still differ, unless one has a type or a unit.
    case sameName
    /// They differ even without name, type and unit.
    case withoutName
}

/// A series' labels, and whether its name, type and unit count as removed (reference 3.11).
///
/// Without delayed name removal every reader takes a marked series for one without those labels; with it they stay visible until the end of the query.
/// Nothing is copied to drop a name.
struct SeriesLabels {
    var labels: LabelSet
    var dropsName: Bool
}
