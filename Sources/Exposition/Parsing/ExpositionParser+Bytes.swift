import Glibc
import Labels

extension ExpositionParser {
    // MARK: Classes of bytes

    /// Begins a metric's name.
    static let nameStart = table { ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":") }
    /// Goes on with a metric's name.
    static let nameByte = table { ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":") || $0 &- 0x30 < 10 }
    /// Begins a label's name.
    static let labelStart = table { ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "_") }
    /// Goes on with a label's name.
    static let labelByte = table { ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "_") || $0 &- 0x30 < 10 }

    private static func table(_ contains: (UInt8) -> Bool) -> [Bool] { (0...255).map { contains(UInt8($0)) } }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    // MARK: Moving

    @inline(__always)
    mutating func skipBlanks() {
        while position < bytes.count, Self.isBlank(bytes[position]) { position &+= 1 }
    }

    /// Blanks inside braces are for the text format alone.
    @inline(__always)
    mutating func skipBlanksOfText() {
        if format == .text { skipBlanks() }
    }

    /// Moves over a name whose first byte and other bytes are of these classes; stays where there is none.
    @inline(__always)
    mutating func skip(_ first: [Bool], _ others: [Bool]) {
        guard position < bytes.count, first[Int(bytes[position])] else { return }
        repeat { position &+= 1 } while position < bytes.count && others[Int(bytes[position])]
    }

    mutating func skipLine() {
        while position < bytes.count, bytes[position] != 0x0A { position &+= 1 }
        if position < bytes.count { position &+= 1 }
    }

    /// Moves to the line's end and gives what is before it.
    mutating func restOfLine() -> UnsafeBufferPointer<UInt8> {
        let start = position
        while position < bytes.count, bytes[position] != 0x0A { position &+= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    /// Moves over the word if it is next.
    mutating func accept(_ word: String) -> Bool {
        guard bytes[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: Unicode.Scalar, _ what: @autoclosure () -> String) throws(ExpositionError) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { throw failure("expected \(what())", found: true) }
        position &+= 1
    }

    /// A number up to a blank or the line's end.
    @inline(__always)
    mutating func number(_ what: @autoclosure () -> String) throws(ExpositionError) -> Double {
        let start = position
        while position < bytes.count, bytes[position] != 0x0A, !Self.isBlank(bytes[position]) { position &+= 1 }
        guard let value = ExposedFloat.parse(UnsafeBufferPointer(rebasing: bytes[start..<position])) else {
            throw failure("expected \(what())", found: true, at: start)
        }
        return value
    }

    // MARK: Telling

    /// An error at a place of the body, the present one if none is given.
    func failure(_ message: String, found: Bool = false, at place: Int? = nil) -> ExpositionError {
        let place = min(place ?? position, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<place where bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return ExpositionError(
            line: line, column: place - lineStart + 1, message: found ? "\(message), found \(described(place))" : message)
    }

    /// What stands at a place, up to the next blank.
    private func described(_ place: Int) -> String {
        guard place < bytes.count else { return "the end of the body" }
        if bytes[place] == 0x0A { return "the line's end" }
        if Self.isBlank(bytes[place]) { return "a blank" }
        var end = place
        while end < bytes.count, end < place + 40, bytes[end] != 0x0A, !Self.isBlank(bytes[end]) { end += 1 }
        return Self.quoted(UnsafeBufferPointer(rebasing: bytes[place..<end]))
    }

    static func quoted(_ text: UnsafeBufferPointer<UInt8>) -> String { GoQuote.quote(Array(text)) }

    static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
    }

    @inline(__always)
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count, let first = left.baseAddress, let second = right.baseAddress else {
            return left.count == right.count
        }
        return memcmp(first, second, left.count) == 0
    }
}
