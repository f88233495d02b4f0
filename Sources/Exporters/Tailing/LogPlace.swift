import JSON

/// Up to where a file has been read, and how to know the file again.
///
/// Content decides, not the name: the first bytes and those right before the place. The inode only helps where contents are alike.
struct LogPlace: Hashable, Sendable {
    /// So many of a file's first bytes tell it from others.
    static let headLimit = 1 << 10
    /// So many bytes before the place must be the same for it to be the place.
    static let windowLimit = 256

    /// The file's first bytes, as many as there were. A file that has grown since still begins with them.
    var head = ByteFingerprint.empty
    /// Bytes that have been looked at.
    var seen: Int64 = 0
    /// The bytes right before `seen`.
    var window = ByteFingerprint.empty
    /// What has been seen of a line whose end has not come yet; not counted.
    var partial: [UInt8] = []
    /// Whether `seen` lies in a line that is too long, which has been counted.
    var isSkipping = false
    /// The file's number; 0 where there is no file.
    var inode: UInt64 = 0
    /// When the file last changed, in nanoseconds since the epoch by the file system's clock.
    var modified = Int64.min

    /// Nothing of the content is known: every file holds this place.
    var isBlank: Bool { head.count == 0 }

    // MARK: Written down

    var state: JSONValue {
        var members: JSONObject = [
            "inode": .string(String(inode)), "modified": .number(JSONNumber(modified)), "seen": .number(JSONNumber(seen)),
            "head": head.state, "window": window.state,
        ]
        if isSkipping { members["skipping"] = true }
        if !partial.isEmpty {
            // A byte a character, so that any bytes survive.
            var text = String.UnicodeScalarView()
            text.append(contentsOf: partial.lazy.map { Unicode.Scalar($0) })
            members["partial"] = .string(String(text))
        }
        return .object(members)
    }

    init() {}

    /// Nil when this is not what `state` writes.
    init?(state: JSONValue) {
        guard let inode = state["inode"]?.stringValue.flatMap({ UInt64($0) }), let modified = state["modified"]?.int64Value,
            let seen = state["seen"]?.int64Value, let head = ByteFingerprint(state: state["head"]),
            let window = ByteFingerprint(state: state["window"]), window.count <= Self.windowLimit, seen >= Int64(window.count)
        else { return nil }
        self.inode = inode
        self.modified = modified
        self.seen = seen
        self.head = head
        self.window = window
        isSkipping = state["skipping"]?.boolValue ?? false
        for scalar in (state["partial"]?.stringValue ?? "").unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            partial.append(byte)
        }
        guard Int64(partial.count) <= seen else { return nil }
    }
}
