public import AlertCore
public import StrictYAML

/// One element of `time_intervals` or `mute_time_intervals` (reference 10).
public struct TimeIntervalConfiguration: Sendable {
    /// Unique in both lists together.
    public var name: String
    /// Where it stands in the file.
    public var position: YAMLPosition
    /// What it contains.
    public var interval: TimeInterval
}
