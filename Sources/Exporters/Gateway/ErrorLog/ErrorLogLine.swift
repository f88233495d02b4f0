/// One line of nginx's error log (reference 2.2), cut without copying.
struct ErrorLogLine {
    /// The levels in the order of nginx, and what is none of them.
    enum Level: String, CaseIterable, Sendable {
        case debug, info, notice, warn, error, crit, alert, emerg, other

        /// Something failed; below it nginx notes what happens.
        var isFailure: Bool {
            switch self {
            case .error, .crit, .alert, .emerg: true
            case .debug, .info, .notice, .warn, .other: false
            }
        }
    }

    /// Why an upstream failed.
    enum Reason: String, CaseIterable, Sendable {
        case refused, timeout, unreachable, closed, other
    }

    /// A date and time of the machine's own clock. The log says no zone.
    struct LocalTime: Hashable, Sendable {
        var year, month, day, hour, minute, second: Int
    }

    /// nil where the digits are no time, and for what nginx says before its log is open.
    let time: LocalTime?
    let level: Level
    private let message: Slice<UnsafeBufferPointer<UInt8>>

    /// Reads `YYYY/MM/DD HH:MM:SS [level] …` and `nginx: [level] …`; nil for any other line.
    init?(_ line: UnsafeBufferPointer<UInt8>) {
        let bracket: Int
        if line.count > 22, Self.hasFormOfTime(line) {
            bracket = 20
            time = Self.time(line)
        } else if line.starts(with: "nginx: [") {
            bracket = 7
            time = nil
        } else {
            return nil
        }
        guard line[bracket] == UInt8(ascii: "["),
            let close = line[(bracket + 1)..<min(line.count, bracket + 16)].firstIndex(of: UInt8(ascii: "]"))
        else { return nil }
        level = Self.level(line[(bracket + 1)..<close])
        message = line[(close + 1)...]
    }

    /// Whether a line without a time belongs to the one before it: Lua's traces have several lines.
    static func isContinuation(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = line.first else { return true }
        return first == 0x09 || first == 0x20 || line.starts(with: "stack traceback:") || line.starts(with: "coroutine ")
    }

    /// What became of a try to have a request answered by an upstream, when the line tells of a failure of one.
    ///
    /// Only nginx's own words count: what a client sent stands behind `, client: ` or in quotes, as the path of a file that is missing, and may say
    /// anything; Lua's messages may too. nginx writes quotes within quotes as they are, so nothing behind the first one counts. A client that left,
    /// and warnings that follow from a failure already noted, are no failures of an upstream.
    var upstreamFailure: (reason: Reason, address: Slice<UnsafeBufferPointer<UInt8>>?)? {
        guard level.isFailure else { return nil }
        let end = Self.place(of: ", client: ", in: message) ?? message.endIndex
        let words = message[..<end].prefix { $0 != UInt8(ascii: "\"") }
        guard Self.place(of: "upstream", in: words) != nil, Self.place(of: "[lua]", in: words) == nil else { return nil }
        guard Self.place(of: "client prematurely closed", in: words) == nil, Self.place(of: "temporarily disabled", in: words) == nil else {
            return nil
        }
        let isTimeout = Self.place(of: "upstream timed out", in: words) != nil
        let isEmpty = Self.place(of: "no live upstreams", in: words) != nil
        let isTold =
            Self.place(of: "upstream prematurely closed", in: words) != nil || Self.place(of: "upstream sent", in: words) != nil
            || Self.place(of: "upstream SSL certificate", in: words) != nil
        let isWhile = Self.place(of: " while ", in: words).map { Self.place(of: "upstream", in: words[$0...]) != nil } ?? false
        guard isTimeout || isEmpty || isTold || isWhile else { return nil }
        let reason: Reason = isTimeout ? .timeout : isEmpty ? .other : Self.reason(words)
        return (reason, Self.address(message[end...]))
    }

    // MARK: Parts

    private static func reason(_ words: Slice<UnsafeBufferPointer<UInt8>>) -> Reason {
        if place(of: "prematurely closed", in: words) != nil || place(of: "peer closed connection", in: words) != nil { return .closed }
        guard let start = place(of: "failed (", in: words) else { return .other }
        var number = 0
        for byte in words[(start + 8)...].prefix(6) {
            guard (0x30...0x39).contains(byte) else { break }
            number = number * 10 + Int(byte - 0x30)
        }
        switch number {
        case 111, 10061: return .refused
        case 110, 10060: return .timeout
        // No route to the host, and none to its network.
        case 113, 101, 10065, 10051: return .unreachable
        // Reset or aborted while it was in use.
        case 104, 103, 32, 10054, 10053: return .closed
        default: return .other
        }
    }

    /// `HOST:PORT`, `unix:PATH` or a group's name of the field `upstream: "SCHEME://…"`.
    private static func address(_ fields: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>>? {
        guard let field = place(of: ", upstream: \"", in: fields) else { return nil }
        let rest = fields[(field + 13)...]
        guard let scheme = place(of: "://", in: rest.prefix(16)) else { return nil }
        let authority = rest[(scheme + 3)...]
        let end: Int
        if authority.starts(with: "unix:") {
            end = place(of: ":/", in: authority.dropFirst(5)) ?? authority.firstIndex(of: UInt8(ascii: "\"")) ?? authority.endIndex
        } else {
            end = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\"") } ?? authority.endIndex
        }
        return authority[..<end].count <= 256 ? authority[..<end] : nil
    }

    private static func level(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Level {
        for level in Level.allCases where level != .other && word.count == level.rawValue.utf8.count {
            if word.elementsEqual(level.rawValue.utf8) { return level }
        }
        return .other
    }

    private static func hasFormOfTime(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        for (index, form) in "dddd/dd/dd dd:dd:dd [".utf8.enumerated() {
            let isDigit = (0x30...0x39).contains(line[index])
            guard form == UInt8(ascii: "d") ? isDigit : line[index] == form else { return false }
        }
        return true
    }

    private static func time(_ line: UnsafeBufferPointer<UInt8>) -> LocalTime? {
        func number(_ range: Range<Int>) -> Int { line[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        let time = LocalTime(
            year: number(0..<4), month: number(5..<7), day: number(8..<10), hour: number(11..<13), minute: number(14..<16),
            second: number(17..<19))
        guard time.year >= 1970, (1...12).contains(time.month), (1...31).contains(time.day), time.hour < 24, time.minute < 60,
            time.second <= 60
        else { return nil }
        return time
    }

    /// Where a text begins; nil where it is not.
    static func place(of text: StaticString, in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        let length = text.utf8CodeUnitCount
        guard bytes.count >= length else { return nil }
        var start = bytes.startIndex
        let last = bytes.endIndex - length
        while start <= last {
            guard let found = bytes[start...last].firstIndex(of: text.utf8Start[0]) else { return nil }
            var matched = 1
            while matched < length, bytes[found + matched] == text.utf8Start[matched] { matched += 1 }
            if matched == length { return found }
            start = found + 1
        }
        return nil
    }
}

extension Collection where Element == UInt8 {
    /// Whether the bytes begin with these of a text.
    fileprivate func starts(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return zip(self, UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)).allSatisfy(==)
    }
}
