import Glibc
import Time

/// What the exporter reads of one request's line. The texts are views of the line, in which escapes stay as they are.
struct AccessRecord {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Three digits; what is no status of HTTP is counted as well.
    var status = 0
    /// Empty where the line has none, such as for a TLS hello sent to a plain port.
    var method = Bytes(start: nil, count: 0)
    /// With its query.
    var uri = Bytes(start: nil, count: 0)
    /// Bytes sent; nil where the line does not tell.
    var bytes: UInt64?
    /// The request's time; nil where the line does not tell.
    var milliseconds: UInt64?
    /// The server's port; nil where the line does not tell.
    var port: UInt64?
    /// When the request ended.
    var time: Timestamp?

    /// Reads a line of nginx's combined form or a JSON object; nil when it is neither.
    init?(_ line: Bytes) {
        guard let base = line.baseAddress else { return nil }
        var first = 0
        while first < line.count, base[first] == 0x20 || base[first] == 0x09 { first += 1 }
        guard first < line.count else { return nil }
        let isRead = base[first] == UInt8(ascii: "{") ? readJSON(base + first, base + line.count) : readCombined(base, base + line.count)
        guard isRead else { return nil }
    }

    /// The path without the query.
    var path: Bytes {
        guard let base = uri.baseAddress, let query = memchr(base, Int32(UInt8(ascii: "?")), uri.count) else { return uri }
        return Bytes(start: base, count: UnsafeRawPointer(query) - UnsafeRawPointer(base))
    }
}

/// Numbers as logs write them.
enum LogNumber {
    /// A whole number without a sign; nil when it is anything else or larger than 2^50.
    @inline(__always)
    static func whole(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt64? {
        guard start < end, end - start <= 16 else { return nil }
        var value: UInt64 = 0
        var position = start
        while position < end {
            let digit = position.pointee &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return value <= 1 << 50 ? value : nil
    }

    /// Seconds with an optional fraction as whole milliseconds, further digits cut off; nil when it is anything else or larger than `limit` seconds.
    @inline(__always)
    static func milliseconds(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, limit: UInt64) -> UInt64? {
        var point = start
        while point < end, point.pointee != UInt8(ascii: ".") { point += 1 }
        guard let seconds = whole(start, point), seconds <= limit else { return nil }
        guard point < end else { return seconds &* 1000 }
        var position = point + 1
        guard position < end else { return nil }
        var fraction: UInt64 = 0
        var scale: UInt64 = 100
        while position < end {
            let digit = position.pointee &- 0x30
            guard digit < 10 else { return nil }
            fraction &+= UInt64(digit) &* scale
            scale /= 10
            position += 1
        }
        return seconds &* 1000 &+ fraction
    }
}
