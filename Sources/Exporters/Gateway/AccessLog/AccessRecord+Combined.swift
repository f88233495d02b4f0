import Glibc
import Time

extension AccessRecord {
    /// Reads `remote - user [time] "request" status bytes …`; what follows is passed over. False when the line is not of this form.
    ///
    /// The first quote opens the request: nginx writes a quote in a user's name as `\x22`, and the time before it is in brackets.
    @inline(__always)
    mutating func readCombined(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        guard let quote = Self.find(UInt8(ascii: "\""), from: start, to: end), quote - start >= 6, quote[-1] == 0x20,
            quote[-2] == UInt8(ascii: "]")
        else { return false }
        let timeEnd = quote - 2
        var bracket = timeEnd - 1
        let earliest = max(start + 1, timeEnd - 48)
        while bracket >= earliest, bracket.pointee != UInt8(ascii: "[") { bracket -= 1 }
        guard bracket >= earliest, bracket[-1] == 0x20 else { return false }

        var requestEnd = Self.find(UInt8(ascii: "\""), from: quote + 1, to: end)
        while let found = requestEnd, Self.isEscaped(found, after: quote) {
            requestEnd = Self.find(UInt8(ascii: "\""), from: found + 1, to: end)
        }
        guard let requestEnd, end - requestEnd >= 7, requestEnd[1] == 0x20, requestEnd[5] == 0x20,
            let status = LogNumber.whole(requestEnd + 2, requestEnd + 5)
        else { return false }
        let sizeStart = requestEnd + 6
        let sizeEnd = Self.find(0x20, from: sizeStart, to: end) ?? end
        if sizeEnd - sizeStart == 1, sizeStart.pointee == UInt8(ascii: "-") {
            bytes = 0
        } else {
            guard let size = LogNumber.whole(sizeStart, sizeEnd) else { return false }
            bytes = size
        }
        self.status = Int(truncatingIfNeeded: status)
        time = Self.localTime(bracket + 1, timeEnd)
        readRequest(quote + 1, requestEnd)
        return true
    }

    /// Splits `METHOD URI PROTOCOL`; without a space all is the method.
    @inline(__always)
    private mutating func readRequest(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        let methodEnd = Self.find(0x20, from: start, to: end) ?? end
        method = Bytes(start: start, count: methodEnd - start)
        guard methodEnd < end else { return }
        let uriEnd = Self.find(0x20, from: methodEnd + 1, to: end) ?? end
        uri = Bytes(start: methodEnd + 1, count: uriEnd - methodEnd - 1)
    }

    @inline(__always)
    static func find(_ byte: UInt8, from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard start < end else { return nil }
        return UnsafePointer(memchr(start, Int32(byte), end - start)?.assumingMemoryBound(to: UInt8.self))
    }

    /// Whether an odd number of backslashes stands before a byte.
    @inline(__always)
    static func isEscaped(_ place: UnsafePointer<UInt8>, after start: UnsafePointer<UInt8>) -> Bool {
        var position = place - 1
        while position > start, position.pointee == UInt8(ascii: "\\") { position -= 1 }
        return (place - position) & 1 == 0
    }

    // MARK: Times

    /// `15/Jan/2026:10:30:02 +0900`, or RFC 3339 as `$time_iso8601` is; nil for anything else.
    @inline(__always)
    private static func localTime(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Timestamp? {
        guard end - start == 26, start[2] == UInt8(ascii: "/") else { return RFC3339.parse(Bytes(start: start, count: end - start)) }
        guard start[6] == UInt8(ascii: "/"), start[11] == UInt8(ascii: ":"), start[14] == UInt8(ascii: ":"),
            start[17] == UInt8(ascii: ":"), start[20] == 0x20, start[21] == UInt8(ascii: "+") || start[21] == UInt8(ascii: "-"),
            let day = pair(start), let month = month(start + 3), let century = pair(start + 7), let year = pair(start + 9),
            let hour = pair(start + 12), let minute = pair(start + 15), let second = pair(start + 18), let offsetHours = pair(start + 22),
            let offsetMinutes = pair(start + 24), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let offset = (start[21] == UInt8(ascii: "-") ? -1 : 1) * (offsetHours * 3600 + offsetMinutes * 60)
        let days = CivilTime.daysSinceEpoch(year: century * 100 + year, month: month, day: day)
        return Timestamp(seconds: days * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset), utcOffset: Int32(offset))
    }

    @inline(__always)
    private static func pair(_ start: UnsafePointer<UInt8>) -> Int? {
        let tens = start[0] &- 0x30
        let ones = start[1] &- 0x30
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }

    private static func month(_ start: UnsafePointer<UInt8>) -> Int? {
        switch (start[0], start[1], start[2]) {
        case (0x4A, 0x61, 0x6E): 1  // Jan
        case (0x46, 0x65, 0x62): 2
        case (0x4D, 0x61, 0x72): 3
        case (0x41, 0x70, 0x72): 4
        case (0x4D, 0x61, 0x79): 5
        case (0x4A, 0x75, 0x6E): 6
        case (0x4A, 0x75, 0x6C): 7
        case (0x41, 0x75, 0x67): 8
        case (0x53, 0x65, 0x70): 9
        case (0x4F, 0x63, 0x74): 10
        case (0x4E, 0x6F, 0x76): 11
        case (0x44, 0x65, 0x63): 12
        default: nil
        }
    }
}
