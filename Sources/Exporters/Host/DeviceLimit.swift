import Logging
import NIOConcurrencyHelpers

/// Keeps the number of devices that are told within bounds.
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

    /// Those that are told, the first of the kernel's order. Says once that there are more, until there are not.
    func told<Device>(_ devices: [Device]) -> ArraySlice<Device> {
        let isNews = isExceeded.withLockedValue { isExceeded in
            let before = isExceeded
            isExceeded = devices.count > maximum
            return isExceeded && !before
        }
        if isNews { log.warning("there are \(devices.count) \(kind); only \(maximum) are told, so that their metrics stay bounded") }
        return devices.prefix(maximum)
    }
}
