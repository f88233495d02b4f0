/// Why a text is not a duration.
public struct DurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the text that was found.
    public let message: String

    /// An error with this message.
    public init(message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
