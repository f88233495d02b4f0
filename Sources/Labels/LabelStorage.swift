/// What stands before the packed bytes of a label set.
struct LabelHeader {
    /// The fingerprint; 0 means that it was not computed (annotations never need it).
    var fingerprint: UInt64
    /// The number of labels.
    var count: UInt32
    /// The number of packed bytes.
    var byteCount: UInt32
}

/// The one heap object of a label set: header and bytes behind each other.
///
/// Each label is the length of its name, the name, the length of its value, the value. Lengths are LEB128: one byte below 128.
/// Labels ascend by the bytes of their names, and no name comes twice.
final class LabelStorage: ManagedBuffer<LabelHeader, UInt8> {
    static func make(byteCount: Int, header: LabelHeader) -> LabelStorage {
        // `create` returns the class it is called on.
        unsafeDowncast(LabelStorage.create(minimumCapacity: byteCount) { _ in header }, to: LabelStorage.self)
    }
}

/// Walks packed labels. The bytes must come from a `LabelStorage` that stays alive meanwhile.
struct LabelCursor {
    private(set) var position: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    /// The current name.
    private(set) var name: UnsafeBufferPointer<UInt8>
    /// The current value.
    private(set) var value: UnsafeBufferPointer<UInt8>

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, count: Int) {
        position = bytes
        end = bytes + count
        name = UnsafeBufferPointer(start: nil, count: 0)
        value = UnsafeBufferPointer(start: nil, count: 0)
    }

    /// Moves to the next label; false at the end.
    @inline(__always)
    mutating func next() -> Bool {
        guard position < end else { return false }
        name = piece()
        value = piece()
        return true
    }

    @inline(__always)
    private mutating func piece() -> UnsafeBufferPointer<UInt8> {
        var length = Int(position[0])
        position += 1
        if length >= 0x80 {
            length &= 0x7F
            var shift = 7
            while true {
                let byte = position[0]
                position += 1
                length |= Int(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift += 7
            }
        }
        let piece = UnsafeBufferPointer(start: position, count: length)
        position += length
        return piece
    }
}

/// Writes the packed form.
enum LabelPacking {
    /// The bytes that a length takes.
    @inline(__always)
    static func lengthSize(_ length: Int) -> Int {
        if length < 0x80 { return 1 }
        var size = 1
        var rest = length >> 7
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    /// The bytes that a name or a value takes with its length.
    @inline(__always)
    static func size(_ length: Int) -> Int { lengthSize(length) &+ length }

    /// Writes a name or a value with its length and moves behind it.
    @inline(__always)
    static func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int, to output: inout UnsafeMutablePointer<UInt8>) {
        var rest = count
        while rest >= 0x80 {
            output[0] = UInt8(truncatingIfNeeded: rest) | 0x80
            output += 1
            rest >>= 7
        }
        output[0] = UInt8(truncatingIfNeeded: rest)
        output += 1
        if count > 0, let bytes {
            output.update(from: bytes, count: count)
            output += count
        }
    }
}
