import Labels

/// The files of a store: append-only segments that can be read, and removed, each by itself.
///
/// - A segment is a header of 16 bytes (`FLATSMPL`, version, kind, zeros) and records: length (4, little-endian), CRC-32C of the payload (4), payload.
/// - A payload is a kind and entries: series (id, length, packed labels), samples, or chunks (id, first time, span, count, scale, length, bits). Numbers are LEB128,
///   signed ones zigzag.
/// - A series is named in a segment before it is used there; ids mean nothing beyond their segment.
/// - Two streams: the log has every sample soon after it came; the chunks have the same samples compressed, once a chunk is closed. A segment of the log goes when all
///   its samples are in chunks.
enum SegmentFormat {
    static let magic = Array("FLATSMPL".utf8)
    static let version: UInt8 = 1
    static let headerSize = 16
    static let frameSize = 8
    /// No record is longer; a length beyond it is damage.
    static let maxRecord = 64 << 20
    /// A record is ended at about this size.
    static let recordSize = 1 << 20

    /// Which stream a segment belongs to.
    enum Stream: UInt8, CaseIterable {
        case log = 0x4C
        case chunks = 0x43

        /// The beginning of its files' names.
        var prefix: String { self == .log ? "log-" : "chunks-" }

        /// The name of a segment's file.
        func fileName(_ number: UInt32) -> String {
            let digits = String(number)
            return prefix + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
        }

        /// The number in a file's name; nil for a file that is no segment of this stream.
        func number(of fileName: String) -> UInt32? {
            guard fileName.hasPrefix(prefix) else { return nil }
            let digits = fileName.dropFirst(prefix.count)
            return digits.utf8.count >= 8 && digits.utf8.allSatisfy { $0 &- 0x30 < 10 } ? UInt32(digits) : nil
        }

        var header: [UInt8] { SegmentFormat.magic + [SegmentFormat.version, rawValue, 0, 0, 0, 0, 0, 0] }
    }

    /// What a record holds.
    enum RecordKind: UInt8 {
        case series = 1
        case samples = 2
        case chunks = 3
    }
}

/// The payload of one record while it is made.
struct RecordWriter {
    private(set) var bytes: [UInt8]
    private var lastID: UInt32 = 0
    private var lastTime: Int64 = 0

    init(_ kind: SegmentFormat.RecordKind) { bytes = [kind.rawValue] }

    var isEmpty: Bool { bytes.count == 1 }

    /// Forgets the entries.
    mutating func removeAll() {
        bytes.removeLast(bytes.count - 1)
        (lastID, lastTime) = (0, 0)
    }

    /// Appends the record with its frame, and forgets the entries; nothing for an empty one.
    mutating func finish(into output: inout [UInt8]) {
        guard !isEmpty else { return }
        let (count, checksum) = bytes.withUnsafeBytes { (UInt32($0.count), CRC32C.of($0)) }
        withUnsafeBytes(of: count.littleEndian) { output.append(contentsOf: $0) }
        withUnsafeBytes(of: checksum.littleEndian) { output.append(contentsOf: $0) }
        output += bytes
        removeAll()
    }

    mutating func append(series id: UInt32, _ labels: LabelSet) {
        append(UInt64(id))
        labels.withPackedBytes { packed in
            append(UInt64(packed.count))
            bytes.append(contentsOf: packed)
        }
    }

    /// A tag (the number of the value's bytes; 16: the id after the last in its shard; 32: the same time), then what the tag does not say. Of the value's bits, highest
    /// byte first, zero bytes at the end are left out.
    mutating func append(sample id: UInt32, time: Int64, value: Double) {
        let isNext = id == lastID &+ UInt32(Shard.count)
        let isSameTime = time == lastTime
        let bits = value.bitPattern
        let size = bits == 0 ? 0 : 8 &- bits.trailingZeroBitCount / 8
        bytes.append(UInt8(truncatingIfNeeded: size) | (isNext ? 16 : 0) | (isSameTime ? 32 : 0))
        if !isNext { append(ZigZag.encode(Int64(id) &- Int64(lastID))) }
        if !isSameTime { append(ZigZag.encode(time &- lastTime)) }
        var rest = bits
        for _ in 0..<size {
            bytes.append(UInt8(truncatingIfNeeded: rest >> 56))
            rest <<= 8
        }
        (lastID, lastTime) = (id, time)
    }

    mutating func append(chunk: Chunk, of id: UInt32) {
        let header = chunk.header
        append(UInt64(id))
        append(ZigZag.encode(header.firstTime))
        append(UInt64(bitPattern: header.lastTime &- header.firstTime))
        append(UInt64(header.count))
        bytes.append(header.scale.rawValue)
        append(UInt64(header.byteCount))
        chunk.withBytes { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// Walks the payload of one record. Nil from a reader means that the bytes are no such entry.
struct RecordReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 1
    private var lastID: UInt32 = 0
    private var lastTime: Int64 = 0
    /// What the record holds; nil for none that is known.
    let kind: SegmentFormat.RecordKind?

    init(_ payload: UnsafeRawBufferPointer) {
        bytes = payload
        kind = payload.first.flatMap(SegmentFormat.RecordKind.init)
    }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func series() -> (id: UInt32, packed: UnsafeRawBufferPointer)? {
        guard let id = id(), let packed = piece() else { return nil }
        return (id, packed)
    }

    @inline(__always)
    mutating func sample() -> (id: UInt32, time: Int64, value: Double)? {
        guard let tag = byte() else { return nil }
        let size = Int(tag & 15)
        guard tag < 64, size <= 8 else { return nil }
        if tag & 16 != 0 {
            lastID = lastID &+ UInt32(Shard.count)
        } else {
            guard let difference = number(), let id = UInt32(exactly: Int64(lastID) &+ ZigZag.decode(difference)) else { return nil }
            lastID = id
        }
        if tag & 32 == 0 {
            guard let difference = number() else { return nil }
            lastTime = lastTime &+ ZigZag.decode(difference)
        }
        var bits: UInt64 = 0
        for index in 0..<size {
            guard let byte = byte() else { return nil }
            bits |= UInt64(byte) << UInt64(56 - index * 8)
        }
        return (lastID, lastTime, Double(bitPattern: bits))
    }

    mutating func chunk() -> (id: UInt32, header: ChunkHeader, bits: UnsafeRawBufferPointer)? {
        guard let id = id(), let first = number().map(ZigZag.decode), let span = number(),
            let count = number().flatMap(UInt16.init(exactly:)),
            let scale = byte().flatMap(ValueScale.init), let bits = piece()
        else { return nil }
        let last = first &+ Int64(bitPattern: span)
        guard count > 0, last >= first else { return nil }
        return (id, ChunkHeader(firstTime: first, lastTime: last, count: count, scale: scale, byteCount: UInt32(bits.count)), bits)
    }

    private mutating func id() -> UInt32? { number().flatMap(UInt32.init(exactly:)) }

    private mutating func piece() -> UnsafeRawBufferPointer? {
        guard let length = number(), length <= UInt64(bytes.count - position) else { return nil }
        defer { position += Int(length) }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
    }

    @inline(__always)
    private mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position &+= 1 }
        return bytes[position]
    }

    @inline(__always)
    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = byte() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }
}
