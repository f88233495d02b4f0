import SampleStore

/// What one scrape found in a body, and what became of it.
struct ScrapeCounts: Equatable, Sendable {
    /// Samples in the body.
    var scraped = 0
    /// Samples that relabelling left.
    var kept = 0
    /// Series that the scrape before did not have.
    var added = 0
    /// Samples of a series that stood in the body before, or of a moment for which the store has another value.
    var duplicates = 0
    /// Samples with a time that is before the newest one of their series.
    var outOfOrder = 0
    /// Samples with a time too far in the future or in the past.
    var outOfBounds = 0
    /// Samples that the store refused for its own limits, and the last of these limits.
    var refused = 0
    var refusal: RejectionReason?
    /// Samples that count towards `sample_limit`.
    var limited = 0

    /// Counts a sample that the store refused.
    mutating func reject(_ reason: RejectionReason) {
        switch reason {
        case .duplicate: duplicates += 1
        case .outOfOrder: outOfOrder += 1
        case .tooOld: outOfBounds += 1
        default:
            refused += 1
            refusal = reason
        }
    }
}
