/// What appends changed in the memory of a store.
struct ChunkAccount {
    /// Bytes that chunks take.
    var bytes = 0
    /// Chunks.
    var chunks = 0
    /// Samples.
    var samples = 0
}

/// The newest samples of a series, compressed as they come: times as differences of differences, values as `ValueScale` says.
///
/// The bits of a chunk are its first value (64), then for each further sample
/// - the time: `0` the same difference as before; `10`, `110`, `1110` and 7, 13, 20 bits, or `1111` and 64 bits: what it differs by;
/// - a bare value: `0` the same as before; `10` and the bits that differ, within the window used last; `11`, 5 bits of leading zeros, 6 bits of size less one, the bits;
/// - or a multiple: `0` as guessed; `10` and the difference from the guess in the width used last; `110`, 6 bits of width less one, the difference; `111` and 64 bits of a
///   bare value, which leaves the state of multiples alone.
struct OpenChunk {
    /// A chunk is closed at this number of samples.
    static let capacity: UInt16 = 120
    /// So many bits a sample takes at most.
    private static let maxSampleBits: UInt32 = 160
    /// After so many values that do not fit its scale, a chunk is written again in another.
    private static let maxMisfits: UInt8 = 4
    /// So often a chunk is written again with multiples, then with bare values.
    private static let maxRewrites: UInt8 = 2

    private var writer = BitWriter()
    /// The time of the first sample, milliseconds.
    private(set) var firstTime: Int64 = 0
    /// The time of the newest sample of the series, also when this chunk is empty; the least number before the first.
    private(set) var lastTime = Int64.min
    /// Its value.
    private(set) var lastValue = 0.0
    private var multiple: Int64 = 0
    private var differences = DifferenceGuess()
    /// Differences that are larger are taken for this one, in the reader as well.
    private var timeDifference: Int32 = 0
    /// The number of samples.
    private(set) var count: UInt16 = 0
    private var scale = ValueScale.float
    private var width: UInt8 = 0
    private var leading: UInt8 = 0
    private var misfits: UInt8 = 0
    private var rewrites: UInt8 = 0

    var isFull: Bool { count >= Self.capacity }

    /// Adds a sample that is newer than the last.
    @inline(__always)
    mutating func append(time: Int64, value: Double, account: inout ChunkAccount) {
        account.bytes &+= writer.reserve(bits: Self.maxSampleBits)
        account.samples &+= 1
        if count == 0 {
            start(time: time, value: value)
            account.chunks &+= 1
            return
        }
        if scale == .float {
            writeTime(time)
            writeFloat(value)
        } else if let multiple = scale.multiple(of: value) {
            writeTime(time)
            write(multiple: multiple)
        } else {
            appendMisfit(time: time, value: value, account: &account)
        }
        lastTime = time
        lastValue = value
        count &+= 1
    }

    private mutating func start(time: Int64, value: Double, scale forced: ValueScale? = nil) {
        scale = forced ?? ValueScale.fitting(value) ?? scale
        writer.write(value.bitPattern, 64)
        firstTime = time
        lastTime = time
        lastValue = value
        timeDifference = 0
        multiple = scale == .float ? 0 : scale.multiple(of: value) ?? 0
        differences = DifferenceGuess()
        width = 0
        leading = 0
        count = 1
    }

    @inline(__always)
    private mutating func writeTime(_ time: Int64) {
        // Wraps around for differences beyond 64 bits, and back in the reader.
        let difference = time &- lastTime
        let change = difference &- Int64(timeDifference)
        timeDifference = Int32(clamping: difference)
        if change == 0 {
            writer.write(0, 1)
        } else if change >= -64, change < 64 {
            writer.write(0b10 << 7 | UInt64(bitPattern: change) & 0x7F, 9)
        } else if change >= -4096, change < 4096 {
            writer.write(0b110 << 13 | UInt64(bitPattern: change) & 0x1FFF, 16)
        } else if change >= -524_288, change < 524_288 {
            writer.write(0b1110 << 20 | UInt64(bitPattern: change) & 0xFFFFF, 24)
        } else {
            writer.write(0b1111, 4)
            writer.write(UInt64(bitPattern: change), 64)
        }
    }

    @inline(__always)
    private mutating func writeFloat(_ value: Double) {
        let difference = value.bitPattern ^ lastValue.bitPattern
        guard difference != 0 else { return writer.write(0, 1) }
        let zeros = UInt8(truncatingIfNeeded: min(31, difference.leadingZeroBitCount))
        let trailing = UInt8(truncatingIfNeeded: difference.trailingZeroBitCount)
        let windowTrailing = 64 &- leading &- width
        let size = 64 &- zeros &- trailing
        // The old window saves naming a new one, unless it wastes more than that.
        if width > 0, zeros >= leading, trailing >= windowTrailing, width &- size < 11 {
            writer.write(0b10, 2)
            writer.write(difference >> UInt64(windowTrailing), UInt32(width))
        } else {
            writer.write(0b11 << 11 | UInt64(zeros) << 6 | UInt64(size &- 1), 13)
            writer.write(difference >> UInt64(trailing), UInt32(size))
            leading = zeros
            width = size
        }
    }

    @inline(__always)
    private mutating func write(multiple next: Int64) {
        let difference = next &- multiple
        let rest = ZigZag.encode(difference &- differences.guess)
        differences.learn(difference)
        multiple = next
        guard rest != 0 else { return writer.write(0, 1) }
        let size = UInt8(truncatingIfNeeded: 64 &- rest.leadingZeroBitCount)
        if size <= width, width &- size < 7 {
            writer.write(0b10, 2)
            writer.write(rest, UInt32(width))
        } else {
            writer.write(0b110 << 6 | UInt64(size &- 1), 9)
            writer.write(rest, UInt32(size))
            width = size
        }
    }

    @inline(never)
    private mutating func appendMisfit(time: Int64, value: Double, account: inout ChunkAccount) {
        if value.isFinite {
            misfits += 1
            if misfits >= Self.maxMisfits {
                misfits = 0
                rewrites += 1
                let fitting = ValueScale.fitting(value) ?? .float
                let usesMultiples = rewrites <= Self.maxRewrites && fitting.rawValue > scale.rawValue
                rewrite(with: usesMultiples ? fitting : .float, account: &account)
                account.bytes += writer.reserve(bits: Self.maxSampleBits)
                writeTime(time)
                if scale == .float {
                    writeFloat(value)
                } else if let multiple = scale.multiple(of: value) {
                    write(multiple: multiple)
                } else {
                    writeBare(value)
                }
                return
            }
        }
        writeTime(time)
        writeBare(value)
    }

    private mutating func writeBare(_ value: Double) {
        writer.write(0b111, 3)
        writer.write(value.bitPattern, 64)
    }

    private mutating func rewrite(with scale: ValueScale, account: inout ChunkAccount) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Int(count)) { times in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: Int(count)) { values in
                var decoder = decoder
                var decoded = 0
                while decoded < Int(count), decoder.next() {
                    times[decoded] = decoder.time
                    values[decoded] = decoder.value
                    decoded += 1
                }
                writer.removeAll()
                start(time: times[0], value: values[0], scale: scale)
                for index in 1..<max(1, decoded) {
                    account.bytes += writer.reserve(bits: Self.maxSampleBits)
                    writeTime(times[index])
                    if scale == .float {
                        writeFloat(values[index])
                    } else if let multiple = scale.multiple(of: values[index]) {
                        write(multiple: multiple)
                    } else {
                        writeBare(values[index])
                    }
                    lastTime = times[index]
                    lastValue = values[index]
                    count += 1
                }
            }
        }
    }

    /// Reads the samples; valid until the next call that changes the chunk.
    var decoder: ChunkDecoder { ChunkDecoder(writer.bytes, count: Int(count), firstTime: firstTime, scale: scale) }

    /// The chunk as an immutable one of exactly its size; this one is empty afterwards and knows the last sample.
    mutating func close(account: inout ChunkAccount) -> Chunk {
        let header = ChunkHeader(firstTime: firstTime, lastTime: lastTime, count: count, scale: scale, byteCount: UInt32(writer.byteCount))
        let chunk = Chunk(header, bytes: writer.bytes)
        account.bytes += chunk.footprint - writer.deallocate()
        count = 0
        misfits = 0
        rewrites = 0
        return chunk
    }

    /// Takes the last sample of a closed chunk for the newest of the series.
    mutating func resume(after time: Int64, value: Double) {
        lastTime = time
        lastValue = value
    }

    /// Forgets the samples. Must be the last call before the series goes, or another use after `close`.
    mutating func deallocate(account: inout ChunkAccount) {
        if count > 0 { account.chunks -= 1 }
        account.samples -= Int(count)
        account.bytes -= writer.deallocate()
        count = 0
    }
}
