import Glibc

/// Why something of the kernel's could not be read.
struct KernelTextError: Error, Hashable, CustomStringConvertible {
    /// The file.
    var path: String
    /// What was found there.
    var found: String

    var description: String { "\(path): \(found)" }
}

/// Files in which the kernel tells of itself.
enum KernelFile {
    /// Far more than the kernel tells of any machine.
    private static let limit = 64 << 20

    /// The whole text.
    static func read(_ path: String, directory: Int32 = AT_FDCWD, expecting size: Int = 16 << 10) throws(KernelTextError) -> [UInt8] {
        do throws(FileError) {
            return try SmallFile.read(path, in: directory, limit: limit, expecting: size)
        } catch {
            throw KernelTextError(path: path, found: error.found)
        }
    }

    /// The text of the first of these files that can be read, and which that is.
    static func read(anyOf paths: [String]) throws(KernelTextError) -> (text: [UInt8], index: Int) {
        var problem = KernelTextError(path: "", found: "no file is set")
        for (index, path) in paths.enumerated() {
            do throws(KernelTextError) {
                return (try read(path), index)
            } catch {
                problem = error
            }
        }
        throw problem
    }

    static func failure(_ path: String) -> KernelTextError { KernelTextError(path: path, found: String(cString: strerror(errno))) }
}

/// A text of the kernel, line by line.
struct KernelLines: Sequence, IteratorProtocol {
    private let text: UnsafeBufferPointer<UInt8>
    private var at = 0

    /// Reads a text that outlives the reading.
    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    mutating func next() -> KernelWords? {
        guard at < text.count, let base = text.baseAddress else { return nil }
        let left = text.count - at
        let length = memchr(base + at, 10, left).map { UnsafeRawPointer(base + at).distance(to: UnsafeRawPointer($0)) } ?? left
        defer { at += length + 1 }
        return KernelWords(UnsafeBufferPointer(start: base + at, count: length))
    }
}

/// A line of the kernel's, word by word: what blanks part.
struct KernelWords {
    private var rest: UnsafeBufferPointer<UInt8>

    init(_ line: UnsafeBufferPointer<UInt8>) { rest = line }

    /// The next word; nil at the end.
    mutating func word() -> UnsafeBufferPointer<UInt8>? {
        var start = 0
        while start < rest.count, Self.isBlank(rest[start]) { start += 1 }
        var end = start
        while end < rest.count, !Self.isBlank(rest[end]) { end += 1 }
        guard end > start else { return nil }
        defer { rest = UnsafeBufferPointer(rebasing: rest[end...]) }
        return UnsafeBufferPointer(rebasing: rest[start..<end])
    }

    /// The next word as a decimal number; nil where there is none, or another word.
    mutating func number() -> UInt64? { word().flatMap(Self.number) }

    /// What stands before the first of these bytes, without blanks at its front; nil where there is none. The byte is passed over.
    mutating func text(before end: UInt8) -> UnsafeBufferPointer<UInt8>? {
        guard let place = rest.firstIndex(of: end) else { return nil }
        let start = rest[..<place].firstIndex { !Self.isBlank($0) } ?? place
        defer { rest = UnsafeBufferPointer(rebasing: rest[(place + 1)...]) }
        return UnsafeBufferPointer(rebasing: rest[start..<place])
    }

    /// A decimal number without sign; nil for anything else.
    static func number(_ word: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard !word.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in word {
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = tens.addingReportingOverflow(UInt64(digit))
            if isTooLarge || isStillTooLarge { return nil }
            value = sum
        }
        return value
    }

    /// A decimal fraction without sign, such as `0.52`; nil for anything else.
    static func fraction(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let point = word.firstIndex(of: UInt8(ascii: ".")) else { return number(word).map(Double.init) }
        let decimals = word.count - point - 1
        guard let whole = number(UnsafeBufferPointer(rebasing: word[..<point])), (1...9).contains(decimals),
            let part = number(UnsafeBufferPointer(rebasing: word[(point + 1)...])), whole < 1 << 20
        else { return nil }
        // Both are exact, so that the quotient is the number that was written.
        let scale = (0..<decimals).reduce(UInt64(1)) { scale, _ in scale * 10 }
        return Double(whole * scale + part) / Double(scale)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension UnsafeBufferPointer<UInt8> {
    /// As a string, whatever the bytes.
    var string: String { String(decoding: self, as: UTF8.self) }

    /// Whether these are the bytes of a text.
    func matches(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        guard let baseAddress else { return true }
        return memcmp(baseAddress, text.utf8Start, count) == 0
    }
}
