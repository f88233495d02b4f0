extension ExpositionLint {
    /// What is looked for. The raw value names it on the command line.
    public enum Check: String, CaseIterable, Hashable, Sendable {
        // The page.
        case noSamples = "no-samples"
        case syntax
        case invalidUTF8 = "invalid-utf8"
        case carriageReturns = "carriage-returns"
        case noFinalNewline = "no-final-newline"
        case trailingBlanks = "trailing-blanks"
        case missingEOF = "missing-eof"
        case escape
        case quotedName = "quoted-name"
        case oddComment = "odd-comment"

        // HELP, TYPE, and the order of things.
        case noHelp = "no-help"
        case noType = "no-type"
        case untyped
        case duplicateHelp = "duplicate-help"
        case duplicateType = "duplicate-type"
        case duplicateUnit = "duplicate-unit"
        case lateMetadata = "late-metadata"
        case orphanMetadata = "orphan-metadata"
        case emptyFamily = "empty-family"
        case splitFamily = "split-family"
        case nameClash = "name-clash"

        // Names.
        case counterName = "counter-name"
        case totalSuffix = "total-suffix"
        case reservedSuffix = "reserved-suffix"
        case typeInName = "type-in-name"
        case baseUnit = "base-unit"
        case abbreviatedUnit = "abbreviated-unit"
        case camelCase = "camel-case"
        case colonInName = "colon-in-name"

        // Labels and series.
        case duplicateSeries = "duplicate-series"
        case duplicateLabel = "duplicate-label"
        case emptyLabel = "empty-label"
        case reservedLabel = "reserved-label"
        case targetLabel = "target-label"
        case bareSeries = "bare-series"
        case mixedLabels = "mixed-labels"
        case unboundedLabel = "unbounded-label"
        case tooManySeries = "too-many-series"
        case timestamp

        // Values.
        case negativeCounter = "negative-counter"
        case notANumber = "not-a-number"
        case infoValue = "info-value"
        case milliseconds
        case foreignSample = "foreign-sample"

        // Histograms and summaries.
        case bound
        case bucketOrder = "bucket-order"
        case noInfiniteBucket = "no-infinite-bucket"
        case notCumulative = "not-cumulative"
        case countMismatch = "count-mismatch"
        case missingSumOrCount = "missing-sum-or-count"
        case differingBuckets = "differing-buckets"
        case bucketValue = "bucket-value"
        case quantile

        /// How bad a finding of this kind is.
        public var severity: Severity {
            switch self {
            case .oddComment, .noHelp, .noType, .untyped, .emptyFamily, .counterName, .totalSuffix, .reservedSuffix, .typeInName, .baseUnit,
                .abbreviatedUnit, .camelCase, .colonInName, .emptyLabel, .targetLabel, .mixedLabels, .unboundedLabel, .tooManySeries,
                .timestamp, .infoValue, .milliseconds, .quotedName:
                .warning
            default: .error
            }
        }

        /// Whether Prometheus or promtool takes nothing from such a page.
        public var refusesPage: Bool {
            switch self {
            case .syntax, .invalidUTF8, .carriageReturns, .noFinalNewline, .trailingBlanks, .missingEOF, .escape, .duplicateLabel: true
            default: false
            }
        }
    }
}
