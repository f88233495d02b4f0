/// When a value is the expected one (reference 9.1, "value comparison").
enum ValueComparison {
    private static let tolerance = 1e-6

    static func almostEqual(_ expected: Double, _ given: Double) -> Bool {
        if isStale(expected) || isStale(given) { return isStale(expected) && isStale(given) }
        if expected.isNaN && given.isNaN { return true }
        if expected == given { return true }
        let magnitude = abs(expected) + abs(given)
        let difference = abs(expected - given)
        if expected == 0 || given == 0 || magnitude < .leastNormalMagnitude { return difference < tolerance * .leastNormalMagnitude }
        return difference / min(magnitude, .greatestFiniteMagnitude) < tolerance
    }

    private static func isStale(_ value: Double) -> Bool { value.bitPattern == 0x7ff0_0000_0000_0002 }
}
