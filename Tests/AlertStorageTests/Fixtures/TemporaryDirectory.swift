import Foundation
public import Journal

/// A directory that goes away with the value.
public final class TemporaryDirectory: Sendable {
    /// The directory, which is not made yet.
    public let path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path

    /// A directory with a name that nothing has.
    public init() {}

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension JournalOptions {
    /// No reserve and nothing in the background.
    public static var quiet: JournalOptions {
        var options = JournalOptions()
        options.reserveBytes = 0
        options.idleAfter = .hours(1)
        return options
    }
}
