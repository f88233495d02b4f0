/// The samples of one series in one window, `start` < time <= `end`, without stale markers. Never empty. Times are milliseconds.
struct Window {
    let times: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    let start: Int64
    let end: Int64
    /// The evaluation time of the step, which differs from `end` where the selector has an offset or an `@`.
    let time: Int64

    var count: Int { values.count }
}
