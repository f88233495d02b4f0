/// The configuration in force and the few before it, which deliveries under way still name by epoch.
struct LoadedConfigurations: Sendable {
    private var byEpoch: [UInt32: AlertmanagerConfiguration]
    private(set) var current: AlertmanagerConfiguration
    private static let kept: UInt32 = 4

    init(_ configuration: AlertmanagerConfiguration, epoch: UInt32) {
        byEpoch = [epoch: configuration]
        current = configuration
    }

    mutating func add(_ configuration: AlertmanagerConfiguration, epoch: UInt32) {
        byEpoch[epoch] = configuration
        current = configuration
        byEpoch = byEpoch.filter { $0.key + Self.kept > epoch }
    }

    subscript(epoch: UInt32) -> AlertmanagerConfiguration? { byEpoch[epoch] }
}
