import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Writes status line and header fields.
enum ResponseHead {
    /// How the client knows where the body ends.
    enum Framing {
        /// There is no body and nothing says how long it would be.
        case none
        case length(Int)
        case chunked
        /// The body ends with the connection (HTTP/1.0).
        case untilClose
    }

    static func write(
        status: Int, headers: [(String, String)], framing: Framing, connection: ConnectionField, date: [UInt8],
        into buffer: inout ByteBuffer
    ) {
        if status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\nDate: ")
        } else {
            buffer.writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\nDate: ")
        }
        buffer.writeBytes(date)
        for (name, value) in headers {
            buffer.writeStaticString("\r\n")
            writeOneLine(name, into: &buffer)
            buffer.writeStaticString(": ")
            writeOneLine(value, into: &buffer)
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(count))
        case .chunked: buffer.writeStaticString("\r\nTransfer-Encoding: chunked")
        }
        switch connection {
        case .implied: break
        case .close: buffer.writeStaticString("\r\nConnection: close")
        case .keepAlive: buffer.writeStaticString("\r\nConnection: keep-alive")
        }
        buffer.writeStaticString("\r\n\r\n")
    }

    /// What the `Connection` field says.
    enum ConnectionField {
        case implied, close, keepAlive
    }

    /// A line break inside a field would let its author write fields of their own; it becomes a space.
    private static func writeOneLine(_ text: String, into buffer: inout ByteBuffer) {
        if text.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) {
            buffer.writeBytes(text.utf8.map { $0 == 13 || $0 == 10 || $0 == 0 ? 32 : $0 })
        } else {
            buffer.writeString(text)
        }
    }
}

/// The value of the `Date` field, made once a second.
final class DateField: Sendable {
    private let cached = NIOLockedValueBox<(second: Int, bytes: [UInt8])>((-1, []))

    /// The current time as RFC 9110 writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    func bytes() -> [UInt8] {
        let now = time(nil)
        return cached.withLockedValue { cached in
            if cached.second != now { cached = (now, Self.text(of: now)) }
            return cached.bytes
        }
    }

    static func text(of second: Int) -> [UInt8] {
        var instant = time_t(second)
        var parts = tm()
        gmtime_r(&instant, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        return Array("\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT".utf8)
    }
}
