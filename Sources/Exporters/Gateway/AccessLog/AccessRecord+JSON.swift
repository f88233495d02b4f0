import Glibc
import Time

extension AccessRecord {
    /// Containers within a value that is passed over may be nested so deep.
    private static let maximumDepth = 64
    /// Seconds; a longer time is none.
    private static let longestRequest: UInt64 = 1 << 22

    /// Reads one flat JSON object with our keys in any order; numbers may be texts, unknown keys are passed over, the last of equal keys counts.
    /// False when it is not a whole object or has no status.
    ///
    /// Strings may hold any bytes, because nginx passes on what clients send.
    mutating func readJSON(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        var position = start + 1
        var hasStatus = false
        var hasRequestTime = false
        var hasMilliseconds = false
        Self.skipSpace(&position, end)
        if position < end, position.pointee == UInt8(ascii: "}") { return false }
        while true {
            guard position < end, position.pointee == UInt8(ascii: "\""),
                let keyEnd = Self.stringEnd(position, end)
            else { return false }
            let key = Bytes(start: position + 1, count: keyEnd - position - 1)
            position = keyEnd + 1
            Self.skipSpace(&position, end)
            guard position < end, position.pointee == UInt8(ascii: ":") else { return false }
            position += 1
            Self.skipSpace(&position, end)
            guard let value = Self.value(&position, end) else { return false }
            take(key, value, &hasStatus, &hasRequestTime, &hasMilliseconds)
            Self.skipSpace(&position, end)
            guard position < end else { return false }
            let separator = position.pointee
            position += 1
            Self.skipSpace(&position, end)
            if separator == UInt8(ascii: "}") { return position == end && hasStatus }
            guard separator == UInt8(ascii: ",") else { return false }
        }
    }

    /// A scalar's bytes, without quotes; empty for a container.
    private struct Value {
        let start: UnsafePointer<UInt8>
        let end: UnsafePointer<UInt8>

        var bytes: Bytes { Bytes(start: start, count: end - start) }
    }

    @inline(__always)
    private mutating func take(
        _ key: Bytes, _ value: Value, _ hasStatus: inout Bool, _ hasRequestTime: inout Bool, _ hasMilliseconds: inout Bool
    ) {
        switch key.count {
        case 3: if Self.equal(key, "uri") { uri = value.bytes }
        case 4:
            if Self.equal(key, "msec"), let read = LogNumber.milliseconds(value.start, value.end, limit: 1 << 34) {
                time = Timestamp(seconds: Int64(read / 1000), nanoseconds: Int32(read % 1000) * 1_000_000)
                hasMilliseconds = true
            }
        case 5: if Self.equal(key, "bytes") { bytes = LogNumber.whole(value.start, value.end) }
        case 6:
            if Self.equal(key, "status") {
                let read = value.end - value.start == 3 ? LogNumber.whole(value.start, value.end) : nil
                hasStatus = read != nil
                if let read { status = Int(truncatingIfNeeded: read) }
            } else if Self.equal(key, "method") {
                method = value.bytes
            }
        case 9: if !hasMilliseconds, Self.equal(key, "timestamp") { time = RFC3339.parse(value.bytes) }
        case 11:
            if Self.equal(key, "server_port") {
                port = LogNumber.whole(value.start, value.end)
            } else if !hasRequestTime, Self.equal(key, "duration_ms") {
                milliseconds = LogNumber.whole(value.start, value.end).flatMap { $0 <= Self.longestRequest * 1000 ? $0 : nil }
            }
        case 12:
            if Self.equal(key, "request_time"), let read = LogNumber.milliseconds(value.start, value.end, limit: Self.longestRequest) {
                milliseconds = read
                hasRequestTime = true
            }
        default: break
        }
    }

    @inline(__always)
    private static func equal(_ key: Bytes, _ name: StaticString) -> Bool {
        guard let base = key.baseAddress else { return false }
        return memcmp(base, name.utf8Start, key.count) == 0
    }

    @inline(__always)
    private static func skipSpace(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        while position < end, position.pointee == 0x20 || position.pointee == 0x09 || position.pointee == 0x0D { position += 1 }
    }

    /// The closing quote of the string that opens at `start`.
    @inline(__always)
    private static func stringEnd(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var quote = find(UInt8(ascii: "\""), from: start + 1, to: end)
        while let found = quote, isEscaped(found, after: start) { quote = find(UInt8(ascii: "\""), from: found + 1, to: end) }
        return quote
    }

    @inline(__always)
    private static func value(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Value? {
        guard position < end else { return nil }
        let start = position
        switch start.pointee {
        case UInt8(ascii: "\""):
            guard let quote = stringEnd(start, end) else { return nil }
            position = quote + 1
            return Value(start: start + 1, end: quote)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard skipContainer(&position, end) else { return nil }
            return Value(start: start, end: start)
        default:
            while position < end, isBare(position.pointee) { position += 1 }
            return position > start && isScalar(start, position) ? Value(start: start, end: position) : nil
        }
    }

    /// What numbers and literals are made of.
    @inline(__always)
    private static func isBare(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".")
    }

    /// A number as far as its first byte tells, or a literal.
    private static func isScalar(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        if start.pointee &- 0x30 < 10 || start.pointee == UInt8(ascii: "-") { return true }
        let bytes = Bytes(start: start, count: end - start)
        return switch bytes.count {
        case 4: equal(bytes, "true") || equal(bytes, "null")
        case 5: equal(bytes, "false")
        default: false
        }
    }

    /// Passes over a container: brackets must match, what stands between them is not looked at.
    private static func skipContainer(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        // One bit a level: set for an object.
        var levels: UInt64 = 0
        var depth = 0
        while position < end {
            switch position.pointee {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < maximumDepth else { return false }
                levels = levels << 1 | (position.pointee == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard levels & 1 == (position.pointee == UInt8(ascii: "}") ? 1 : 0) else { return false }
                levels >>= 1
                depth -= 1
            case UInt8(ascii: "\""):
                guard let quote = stringEnd(position, end) else { return false }
                position = quote
            default: break
            }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }
}
