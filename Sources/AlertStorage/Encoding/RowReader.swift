import Labels
import Time

/// Why a row's bytes make no sense.
enum RowDamage: Error, Hashable {
    /// The bytes end inside a field.
    case truncated
    /// A number, count or tag has a value that is never written.
    case invalid(String)
    /// The row was written by a newer program.
    case unknownVersion(UInt8)
}

/// Reads what `RowWriter` wrote. Never reads past the end and never trusts a count.
struct RowReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) throws(RowDamage) {
        self.bytes = bytes
        let version = try byte()
        guard version == RowWriter.version else { throw .unknownVersion(version) }
    }

    mutating func byte() throws(RowDamage) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func unsigned() throws(RowDamage) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
        }
        throw .invalid("number")
    }

    mutating func signed() throws(RowDamage) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func fixed() throws(RowDamage) -> UInt64 {
        let field = try take(8)
        return UInt64(littleEndian: field.loadUnaligned(as: UInt64.self))
    }

    mutating func text() throws(RowDamage) -> String { String(decoding: try raw(), as: UTF8.self) }

    mutating func raw() throws(RowDamage) -> UnsafeBufferPointer<UInt8> {
        try take(try count()).assumingMemoryBound(to: UInt8.self)
    }

    /// A number of things of at least one byte each: more than there are bytes left cannot be true.
    mutating func count() throws(RowDamage) -> Int {
        let value = try unsigned()
        guard value <= UInt64(bytes.count - position) else { throw .truncated }
        return Int(value)
    }

    mutating func time() throws(RowDamage) -> Timestamp {
        let seconds = try signed()
        let nanoseconds = try unsigned()
        let offset = try signed()
        guard nanoseconds < 1_000_000_000, let utcOffset = Int32(exactly: offset) else { throw .invalid("time") }
        return Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds), utcOffset: utcOffset)
    }

    /// - Parameters:
    ///   - builder: Scratch space.
    ///   - fingerprinted: False for annotations, whose fingerprint nobody asks for.
    mutating func labels(using builder: inout LabelSetBuilder, fingerprinted: Bool = true) throws(RowDamage) -> LabelSet {
        builder.removeAll()
        for _ in 0..<(try count()) {
            let name = try raw()
            builder.append(name: name, value: try raw())
        }
        return LabelSet(packing: &builder, fingerprinted: fingerprinted)
    }

    private mutating func take(_ count: Int) throws(RowDamage) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - position else { throw .truncated }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }
}
