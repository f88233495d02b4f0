/// Nanoseconds, as the model counts them: since the Unix epoch, since boot, or a length.
typealias Nanos = Int64

extension Nanos {
    /// This many milliseconds.
    static func milliseconds(_ count: Int64) -> Nanos { count * 1_000_000 }
    /// This many seconds.
    static func seconds(_ count: Int64) -> Nanos { count * 1_000_000_000 }
    /// This many minutes.
    static func minutes(_ count: Int64) -> Nanos { count * 60_000_000_000 }
    /// This many hours.
    static func hours(_ count: Int64) -> Nanos { count * 3_600_000_000_000 }
}

/// How round the times of a run are. Round times make boundaries meet; odd ones make sure that nothing depends on it.
enum Grain: CaseIterable {
    case odd, second, minute

    /// A length between two bounds, as round as the run's times are.
    func length(_ dice: inout Dice, _ shortest: Nanos, _ longest: Nanos) -> Nanos {
        let length = dice.within(shortest...longest)
        switch self {
        case .odd: return length
        case .second: return max(.seconds(1), length / .seconds(1) * .seconds(1))
        case .minute:
            return length < .minutes(1) ? max(.seconds(10), length / .seconds(10) * .seconds(10)) : length / .minutes(1) * .minutes(1)
        }
    }
}
