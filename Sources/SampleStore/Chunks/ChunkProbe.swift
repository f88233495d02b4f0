package import PromQL

/// The store's formats over any bytes, for the fuzzer: what is inside a store cannot be reached otherwise.
package enum ChunkProbe {
    /// The samples that these bits hold as a closed chunk; nil when there is no such chunk.
    package static func samples(in bits: UnsafeRawBufferPointer, count: UInt16, firstTime: Int64, scale: UInt8) -> SampleBuffer? {
        guard let scale = ValueScale(rawValue: scale) else { return nil }
        let header = ChunkHeader(firstTime: firstTime, lastTime: .max, count: count, scale: scale, byteCount: UInt32(bits.count))
        let chunk = Chunk(header, bytes: bits.assumingMemoryBound(to: UInt8.self))
        var buffer = SampleBuffer()
        chunk.withDecoder { $0.read(after: .min, through: .max, into: &buffer) }
        return buffer
    }

    /// Samples with ascending times, compressed and read again: from the chunk while it was open, and after it was closed.
    package static func roundTrip(_ samples: SampleBuffer) -> (open: SampleBuffer, closed: SampleBuffer) {
        var (chunk, account) = (OpenChunk(), ChunkAccount())
        for (time, value) in zip(samples.times, samples.values) { chunk.append(time: time, value: value, account: &account) }
        var (open, closed) = (SampleBuffer(), SampleBuffer())
        chunk.decoder.read(after: .min, through: .max, into: &open)
        if chunk.count > 0 { chunk.close(account: &account).withDecoder { $0.read(after: .min, through: .max, into: &closed) } }
        return (open, closed)
    }

    /// Reads bytes as a segment, records and all. Returns the bytes that are whole.
    package static func scan(segment bytes: UnsafeRawBufferPointer) -> Int {
        var whole = 0
        for stream in SegmentFormat.Stream.allCases {
            var scan = SegmentScan(bytes, stream)
            scan.run { payload in readRecord(payload) }
            whole = max(whole, scan.whole.reduce(0) { $0 + $1.count })
        }
        return whole
    }

    /// Reads bytes as the payload of a record; false when they are none.
    @discardableResult
    package static func readRecord(_ payload: UnsafeRawBufferPointer) -> Bool {
        var record = RecordReader(payload)
        while !record.isAtEnd {
            switch record.kind {
            case .series: if record.series() == nil { return false }
            case .samples: if record.sample() == nil { return false }
            case .chunks:
                guard let (_, header, bits) = record.chunk() else { return false }
                _ = Chunk(header, bytes: bits.assumingMemoryBound(to: UInt8.self)).verifiedLast
            case nil: return false
            }
        }
        return true
    }
}
