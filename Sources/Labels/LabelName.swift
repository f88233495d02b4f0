/// Which label names are allowed (reference 1.1, 2.3).
public enum LabelNameMode: Sendable, Hashable {
    /// Any text that is not empty and valid UTF-8.
    case utf8
    /// `[a-zA-Z_][a-zA-Z0-9_]*`.
    case classic
}

/// Whether a label name is allowed.
public func isValidLabelName(_ name: UnsafeBufferPointer<UInt8>, mode: LabelNameMode) -> Bool {
    guard let first = name.first else { return false }
    switch mode {
    case .classic:
        return LabelName.isClassicStart(first) && name.dropFirst().allSatisfy { LabelName.isClassicStart($0) || $0 &- 0x30 < 10 }
    case .utf8:
        if name.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: name, as: UTF8.self) != nil
    }
}

/// Whether a label name is allowed.
public func isValidLabelName(_ name: String, mode: LabelNameMode) -> Bool {
    name.withBytes { isValidLabelName($0, mode: mode) }
}

enum LabelName {
    @inline(__always)
    static func isClassicStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }
}
