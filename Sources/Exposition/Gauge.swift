import Synchronization

/// A family of gauges.
public typealias GaugeFamily = LabelledFamily<Gauge>

/// A value that goes up and down. One that is better computed when asked for is `MetricRegistry.collect`.
public final class Gauge: LabelledMetric {
    private let line: [UInt8]
    private let bits = Atomic<UInt64>((0.0).bitPattern)

    init(line: [UInt8]) {
        self.line = line
    }

    /// Replaces the value.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Replaces the value by a whole number.
    public func set(_ value: Int) { set(Double(value)) }

    /// Adds an amount, which may be negative.
    public func add(_ amount: Double) { bits.update { $0 + amount } }

    /// Adds one.
    public func increment() { add(1) }

    /// Takes one away.
    public func decrement() { add(-1) }

    /// The value now.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Appends the gauge's line.
    public func render(into text: inout [UInt8], as format: ExpositionFormat) {
        text += line
        TextFormat.append(value, to: &text)
    }
}
