import PromQL

/// Reads the samples of a chunk one by one (the format is described at `OpenChunk`). Bits that no chunk can have end it early: they are never trusted for more than values.
struct ChunkDecoder {
    private var reader: BitReader
    private let total: Int
    private var taken = 0
    private let scale: ValueScale
    private let factor: Double
    private var timeDifference: Int32 = 0
    private var bits: UInt64 = 0
    private var multiple: Int64 = 0
    private var differences = DifferenceGuess()
    private var width = 0
    private var leading = 0
    /// The time of the current sample, milliseconds.
    private(set) var time: Int64
    /// Its value.
    private(set) var value = 0.0
    /// Whether the bits were impossible.
    private(set) var isCorrupt = false

    /// A decoder before the first sample. The bytes must stay where they are.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, count: Int, firstTime: Int64, scale: ValueScale) {
        reader = BitReader(bytes)
        total = count
        self.scale = scale
        factor = scale.factor
        time = firstTime
    }

    /// Moves to the next sample; false behind the last one, or where the bits are impossible.
    @inline(__always)
    mutating func next() -> Bool {
        guard taken < total else { return false }
        if taken == 0 {
            bits = reader.read(64)
            value = Double(bitPattern: bits)
            if scale != .float { multiple = scale.multiple(of: value) ?? 0 }
        } else {
            // A time takes up to 24 bits, or as many and 64 of its own; what says how a value is written up to 13.
            reader.ensure(40)
            guard readTime() else { return fail() }
            if scale == .float {
                guard readFloat() else { return fail() }
            } else {
                readMultiple()
            }
        }
        guard !reader.isOverrun else { return fail() }
        taken &+= 1
        return true
    }

    private mutating func fail() -> Bool {
        isCorrupt = true
        taken = total
        return false
    }

    @inline(__always)
    private mutating func readTime() -> Bool {
        var change: Int64 = 0
        if reader.bits >> 63 == 0 {
            reader.consume(1)
        } else {
            switch (~reader.bits).leadingZeroBitCount {
            case 1: change = signed(9, 7)
            case 2: change = signed(16, 13)
            case 3: change = signed(24, 20)
            default:
                reader.consume(4)
                change = Int64(bitPattern: reader.read(64))
            }
        }
        let difference = Int64(timeDifference) &+ change
        timeDifference = Int32(clamping: difference)
        let last = time
        time = last &+ difference
        return time > last
    }

    /// Takes `count` bits and gives the lowest `width` of them as a signed number.
    @inline(__always)
    private mutating func signed(_ count: Int, _ width: Int) -> Int64 {
        let value = Int64(bitPattern: reader.take(count))
        let shift = Int64(truncatingIfNeeded: 64 &- width)
        return (value &<< shift) &>> shift
    }

    @inline(__always)
    private mutating func readFloat() -> Bool {
        if reader.bits >> 63 == 0 {
            reader.consume(1)
            return true
        }
        if reader.bits >> 62 == 0b10 {
            guard width > 0 else { return false }
            reader.consume(2)
        } else {
            let window = reader.take(13)
            leading = Int(window >> 6 & 31)
            width = Int(window & 63) &+ 1
            guard leading &+ width <= 64 else { return false }
        }
        bits ^= reader.read(width) &<< UInt64(truncatingIfNeeded: 64 &- leading &- width)
        value = Double(bitPattern: bits)
        return true
    }

    @inline(__always)
    private mutating func readMultiple() {
        var rest: UInt64 = 0
        if reader.bits >> 63 == 0 {
            reader.consume(1)
        } else if reader.bits >> 62 == 0b10 {
            reader.consume(2)
            rest = width == 0 ? 0 : reader.read(width)
        } else if reader.bits >> 61 == 0b110 {
            width = Int(reader.take(9) & 63) &+ 1
            rest = reader.read(width)
        } else {
            reader.consume(3)
            value = Double(bitPattern: reader.read(64))
            return
        }
        let difference = differences.guess &+ ZigZag.decode(rest)
        differences.learn(difference)
        multiple = multiple &+ difference
        value = scale.value(of: multiple, factor: factor)
    }
}

extension ChunkDecoder {
    /// Appends the samples with `after` < time <= `through` to the buffer.
    func read(after: Int64, through: Int64, into buffer: inout SampleBuffer) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: total) { times in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: total) { values in
                // Collected first: a growing array would be checked for room at each sample. From a copy: what the closure captures would stay in memory.
                var decoder = self
                var count = 0
                while decoder.next(), decoder.time <= through {
                    times[count] = decoder.time
                    values[count] = decoder.value
                    count &+= decoder.time > after ? 1 : 0
                }
                guard count > 0 else { return }
                buffer.times.append(contentsOf: UnsafeBufferPointer(rebasing: times[..<count]))
                buffer.values.append(contentsOf: UnsafeBufferPointer(rebasing: values[..<count]))
            }
        }
    }

    /// The newest sample with `after` < time <= `through`.
    func newest(after: Int64, through: Int64) -> Sample? {
        var decoder = self
        var found: Sample?
        while decoder.next(), decoder.time <= through {
            if decoder.time > after { found = Sample(time: decoder.time, value: decoder.value) }
        }
        return found
    }
}
