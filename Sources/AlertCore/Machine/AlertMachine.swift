public import Labels
public import Time

/// The pure heart: events and the time in, effects out (DESIGN 2).
///
/// A value, but never copied: it lives behind one lock and is mutated in place. It reads no clock, does no I/O, and its only randomness is
/// the jitter of a seeded generator, so the same events give the same effects.
///
///     var machine = AlertMachine(configuration: configuration, options: MachineOptions(), seed: 1, at: now)
///     machine.restore(state, at: now, into: &effects)
///     let sequence = machine.receive(alerts, at: now, into: &effects)
public struct AlertMachine: Sendable {
    /// What it routes by.
    public private(set) var configuration: CoreConfiguration
    /// Counts configurations: 1 for the first, one more with each reload.
    public private(set) var epoch: UInt32 = 1
    let options: MachineOptions

    /// An empty machine. `restore` must be called next.
    public init(configuration: CoreConfiguration, options: MachineOptions, seed: UInt64, at now: ClockReading) {
        self.configuration = configuration
        self.options = options
    }

    /// Takes over what the journal held: before any other event, once, also when it held nothing.
    public mutating func restore(_ state: RestoredState, at now: ClockReading, into effects: inout Effects) {}

    /// Takes in alerts that `Alert.normalize` prepared, and routes them.
    ///
    /// Returns the sequence to wait for before the sender may be answered (DESIGN 2, rule 2): the highest row of any touched alert, also one
    /// that another request journalled; 0 if there is none.
    public mutating func receive(_ alerts: [Alert], at now: ClockReading, into effects: inout Effects) -> UInt64 { 0 }

    /// Notes the time and runs everything that is due: ticks, retries, deadlines, leases, garbage collection. Every other event starts with it.
    public mutating func advance(to now: ClockReading, into effects: inout Effects) {}

    /// Monotonic nanoseconds at which `advance` must be called next.
    public var nextDeadline: Int64? { nil }

    /// Takes in how an attempt ended. Outcomes of unknown deliveries are ignored.
    public mutating func deliveryEnded(_ id: DeliveryID, _ outcome: DeliveryOutcome, at now: ClockReading, into effects: inout Effects) {}

    /// Changes the configuration: attempts not on the wire are dropped, the rest get at most 5 s, groups are rebuilt from the store (DESIGN 2, rule 9).
    public mutating func reload(_ configuration: CoreConfiguration, at now: ClockReading, into effects: inout Effects) {
        self.configuration = configuration
        epoch += 1
    }
}
