/// Which parts of the language beyond the stable one are read (reference 0).
public struct ParserOptions: Hashable, Sendable {
    /// Experimental functions and aggregations.
    public var experimentalFunctions: Bool
    /// `fill`, `fill_left` and `fill_right` after binary operators.
    public var binaryFill: Bool
    /// `anchored` and `smoothed` after selectors.
    public var extendedRangeSelectors: Bool

    /// The stable language, with what is named here.
    public init(experimentalFunctions: Bool = false, binaryFill: Bool = false, extendedRangeSelectors: Bool = false) {
        self.experimentalFunctions = experimentalFunctions
        self.binaryFill = binaryFill
        self.extendedRangeSelectors = extendedRangeSelectors
    }

    /// Everything that can be read.
    public static let all = ParserOptions(experimentalFunctions: true, binaryFill: true, extendedRangeSelectors: true)
}
