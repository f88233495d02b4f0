/// Who sent an alert, as a small number that the shell gives out. What it stands for is the shell's business.
public struct SenderID: Sendable, Hashable {
    /// The number.
    public let value: UInt16

    /// The sender with this number.
    @inlinable
    public init(value: UInt16) { self.value = value }

    /// Nobody in particular: alerts of our own, and those from before a restart.
    public static let none = SenderID(value: 0)
}
