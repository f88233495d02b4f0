import Synchronization

/// A family of counters.
public typealias CounterFamily = LabelledFamily<Counter>

/// A value that only grows: events, seconds spent. For values that can fall use a `Gauge`.
public final class Counter: LabelledMetric {
    private let line: [UInt8]
    // Relaxed ordering is enough everywhere: no reader infers anything else from a counter's value.
    private let whole = Atomic<UInt64>(0)
    private let fraction = Atomic<UInt64>((0.0).bitPattern)

    init(line: [UInt8]) {
        self.line = line
    }

    /// Adds one or more.
    public func increment(by count: Int = 1) {
        guard count > 0 else { return }
        whole.wrappingAdd(UInt64(count), ordering: .relaxed)
    }

    /// Adds a positive amount with a fraction, such as seconds.
    public func add(_ amount: Double) {
        guard amount > 0 else { return }
        fraction.update { $0 + amount }
    }

    /// The value now.
    public var value: Double { Double(whole.load(ordering: .relaxed)) + Double(bitPattern: fraction.load(ordering: .relaxed)) }

    /// Appends the counter's line.
    public func render(into text: inout [UInt8], as format: ExpositionFormat) {
        text += line
        TextFormat.append(value, to: &text)
    }
}

extension Atomic where Value == UInt64 {
    /// Changes a Double that is kept as its bits.
    borrowing func update(_ change: (Double) -> Double) {
        var seen = load(ordering: .relaxed)
        while true {
            let wanted = change(Double(bitPattern: seen)).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: seen, desired: wanted, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}
