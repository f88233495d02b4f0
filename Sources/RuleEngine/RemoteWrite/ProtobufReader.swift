/// Protocol Buffers' wire format, read field by field over bytes that belong to somebody else.
struct ProtobufReader {
    /// Bytes that are no message.
    struct Problem: Error, Hashable {
        let message: String
    }

    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(UnsafeBufferPointer<UInt8>)
        case fixed32(UInt32)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The next field; nil at the end.
    mutating func next() throws(Problem) -> (field: UInt64, value: Value)? {
        guard position < bytes.count else { return nil }
        let key = try varint()
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(try fixed(8))
        case 2:
            let count = try varint()
            guard count <= UInt64(bytes.count - position) else {
                throw Problem(message: "a field of \(count) bytes ends behind its message")
            }
            value = .bytes(UnsafeBufferPointer(rebasing: bytes[position..<(position + Int(count))]))
            position += Int(count)
        case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
        default: throw Problem(message: "unknown wire type \(key & 7)")
        }
        return (key >> 3, value)
    }

    private mutating func varint() throws(Problem) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
            guard position < bytes.count else { break }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Problem(message: "a number that does not end, at byte \(position)")
    }

    private mutating func fixed(_ count: Int) throws(Problem) -> UInt64 {
        guard count <= bytes.count - position else { throw Problem(message: "a number cut off at byte \(position)") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}
