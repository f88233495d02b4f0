import PromQL

/// What a closed chunk knows without reading its bits. Times are milliseconds.
struct ChunkHeader: Equatable {
    var firstTime: Int64
    var lastTime: Int64
    var count: UInt16
    var scale: ValueScale
    var byteCount: UInt32
}

/// Samples of one series that will not change any more: header and bits in one heap object.
struct Chunk: @unchecked Sendable {
    // Unchecked: the storage is filled before a chunk is made from it and never changed afterwards.
    private let storage: ManagedBuffer<ChunkHeader, UInt8>

    /// A chunk with a copy of these bits.
    init(_ header: ChunkHeader, bytes: UnsafeBufferPointer<UInt8>) {
        storage = .create(minimumCapacity: bytes.count) { _ in header }
        if let base = bytes.baseAddress { storage.withUnsafeMutablePointerToElements { $0.update(from: base, count: bytes.count) } }
    }

    /// What is known without reading the bits.
    @inline(__always)
    var header: ChunkHeader { storage.header }

    /// The memory of its heap object in bytes, without the allocator's own.
    var footprint: Int { 16 + MemoryLayout<ChunkHeader>.size + Int(header.byteCount) }

    /// Calls the body with the bits.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        storage.withUnsafeMutablePointers { header, elements in
            body(UnsafeBufferPointer(start: elements, count: Int(header.pointee.byteCount)))
        }
    }

    /// Calls the body with a decoder at the beginning.
    @inline(__always)
    func withDecoder<Result>(_ body: (inout ChunkDecoder) -> Result) -> Result {
        storage.withUnsafeMutablePointers { header, elements in
            let header = header.pointee
            let bytes = UnsafeBufferPointer(start: UnsafePointer(elements), count: Int(header.byteCount))
            var decoder = ChunkDecoder(bytes, count: Int(header.count), firstTime: header.firstTime, scale: header.scale)
            return body(&decoder)
        }
    }

    /// The last sample; nil when the bits do not hold what the header says. A chunk from the disk is asked before it is used.
    var verifiedLast: Sample? {
        withDecoder { decoder in
            var copy = decoder
            var count = 0
            while copy.next() { count &+= 1 }
            let header = storage.header
            guard count == Int(header.count), !copy.isCorrupt, copy.time == header.lastTime else { return nil }
            return Sample(time: copy.time, value: copy.value)
        }
    }
}
