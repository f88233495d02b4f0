import Logging
import NIOConcurrencyHelpers

/// Keeps the number of devices that are told within bounds. Links of containers, which come and go, are the first to be left out.
final class DeviceLimit: Sendable {
    private let kind: String
    private let maximum: Int
    private let log: Logger
    private let isExceeded = NIOLockedValueBox(false)

    init(_ kind: String, maximum: Int, log: Logger) {
        self.kind = kind
        self.maximum = max(0, maximum)
        self.log = log
    }

    /// Those that are told. Says once that there are more, until there are not.
    func told<Device>(_ devices: [Device], name: (Device) -> String) -> [Device] {
        guard devices.count > maximum else {
            isExceeded.withLockedValue { $0 = false }
            return devices
        }
        let isNews = isExceeded.withLockedValue { isExceeded in
            defer { isExceeded = true }
            return !isExceeded
        }
        if isNews {
            log.warning("there are \(devices.count) \(kind), more than are told: \(maximum) have metrics, links of containers the last")
        }
        let lasting = devices.filter { !Self.isOfContainer(name($0)) }
        return Array((lasting + devices.filter { Self.isOfContainer(name($0)) }).prefix(maximum))
    }

    private static func isOfContainer(_ name: String) -> Bool { name.hasPrefix("veth") || name.hasPrefix("fn-") }
}
