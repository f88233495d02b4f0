import JSON
import Time

/// JSON under construction in memory that was set aside for it: the fast way for long lists of alerts, where `JSONWriter` would spend most of
/// its time on looking whether its array still has room. Every write checks that it fits.
struct ByteSink {
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0

    /// Bytes of at most this capacity that the body writes.
    static func bytes(capacity: Int, _ body: (inout ByteSink) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: max(1, capacity)) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            var sink = ByteSink(base: base, capacity: buffer.count)
            body(&sink)
            count = sink.count
        }
    }

    /// The most bytes that quoting a text of this length makes.
    @inline(__always)
    static func quotedCapacity(_ length: Int) -> Int { length &* 6 &+ 2 }

    @inline(__always)
    private mutating func take(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        precondition(length <= capacity &- count, "the space set aside for the JSON of an alert was computed too small")
        defer { count &+= length }
        return base + count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) { take(1).pointee = byte }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        take(length).update(from: text.utf8Start, count: length)
    }

    @inline(__always)
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        take(bytes.count).update(from: start, count: bytes.count)
    }

    /// Appends a text as a JSON string. Most are plain and copied at once.
    mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        if let start = text.baseAddress {
            var copied = 0
            while true {
                let special = Self.firstSpecial(start, from: copied, to: text.count)
                append(UnsafeBufferPointer(start: start + copied, count: special - copied))
                if special == text.count { break }
                if start[special] >= 0x80 || start[special] < 0x20 {
                    // Beyond ASCII there is more to look at: the careful writer does the rest.
                    var json = JSONWriter()
                    json.string(UnsafeBufferPointer(start: start + special, count: text.count - special))
                    json.bytes.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0.dropFirst().dropLast())) }
                    break
                }
                appendEscape(start[special])
                copied = special + 1
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): append(#"\u0026"#)
        case UInt8(ascii: "<"): append(#"\u003c"#)
        case UInt8(ascii: ">"): append(#"\u003e"#)
        case UInt8(ascii: "\\"): append(#"\\"#)
        default: append(#"\""#)
        }
    }

    /// The first byte from here that cannot be copied: a quote, a backslash, `<`, `>`, `&`, a control character or one beyond ASCII.
    @inline(__always)
    private static func firstSpecial(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var here = start
        while here &+ 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + here).loadUnaligned(as: UInt64.self))
            // Quote and ampersand differ in one bit, and so do the angle brackets: one comparison for each pair. As in JSONReader a borrow
            // can mark a byte wrongly, but only behind one that is marked rightly, and only the first counts.
            let quoteOrAmpersand = (word | (ones &* 0x04)) ^ (ones &* 0x26)
            let bracket = (word | (ones &* 0x02)) ^ (ones &* 0x3E)
            let backslash = word ^ (ones &* 0x5C)
            let marked = (word &- (ones &* 0x20)) | (quoteOrAmpersand &- ones) | (bracket &- ones) | (backslash &- ones) | word
            let found = marked & (ones &* 0x80)
            if found != 0 { return here &+ found.trailingZeroBitCount / 8 }
            here &+= 8
        }
        while here < end {
            switch base[here] {
            case 0..<0x20, 0x22, 0x26, 0x3C, 0x3E, 0x5C, 0x80...: return here
            default: here &+= 1
            }
        }
        return end
    }
}
