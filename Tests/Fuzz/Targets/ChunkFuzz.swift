import PromQL
import SampleStore

/// What must hold for any bytes given to the sample store:
/// - as the bits of a chunk they give at most as many samples as it is said to have, with ascending times, and those samples, compressed, come back bit by bit;
/// - as differences of times and bits of values they make samples that come back bit by bit, also shifted to whole numbers and decimals;
/// - as a segment or a record they are read or refused.
public func fuzzChunk(_ bytes: UnsafeRawBufferPointer) {
    _ = ChunkProbe.scan(segment: bytes)
    ChunkProbe.readRecord(bytes)
    guard bytes.count >= 4 else { return }
    let count = UInt16(bytes[0]) | UInt16(bytes[1] & 3) << 8
    // Half of the inputs have bare values.
    let scale = bytes[2] & 1 == 0 ? bytes[2] >> 1 & 15 : 255
    let bits = UnsafeRawBufferPointer(rebasing: bytes[3...])
    if let samples = ChunkProbe.samples(in: bits, count: count, firstTime: 1_700_000_000_000, scale: scale) {
        if samples.count > Int(count) { fuzzFailure("more samples than the chunk has", bytes) }
        checkRoundTrip(samples, bytes)
    }
    checkRoundTrip(samples(from: bits), bytes)
}

private func checkRoundTrip(_ samples: SampleBuffer, _ bytes: UnsafeRawBufferPointer) {
    guard zip(samples.times, samples.times.dropFirst()).allSatisfy({ $0 < $1 }) else { return fuzzFailure("times do not ascend", bytes) }
    let (open, closed) = ChunkProbe.roundTrip(samples)
    for (name, read) in [("open", open), ("closed", closed)] {
        let isSame = read.times == samples.times && read.values.map(\.bitPattern) == samples.values.map(\.bitPattern)
        if !isSame { fuzzFailure("what was compressed does not come back from the \(name) chunk", bytes) }
    }
}

/// Samples that the bytes stand for: a first byte says how each next one goes on.
private func samples(from bytes: UnsafeRawBufferPointer) -> SampleBuffer {
    var samples = SampleBuffer()
    var (position, time, value) = (0, Int64(0), 0.0)
    func next(_ count: Int) -> UInt64 {
        var number: UInt64 = 0
        for _ in 0..<count where position < bytes.count {
            number = number << 8 | UInt64(bytes[position])
            position += 1
        }
        return number
    }
    while position < bytes.count, samples.count < 500 {
        let how = next(1)
        let difference = max(1, Int64(clamping: how & 3 == 3 ? next(8) : how & 3 == 2 ? next(3) : how & 3 == 1 ? next(1) : 15_000))
        let (later, overflows) = time.addingReportingOverflow(difference)
        if overflows { break }
        time = later
        switch how >> 2 & 7 {
        case 0: break
        case 1: value += Double(next(1))
        case 2: value -= Double(next(2))
        case 3: value = (value * 10 + Double(next(1)) - 128).rounded() / 10
        case 4: value = Double(next(3)) / 1000
        case 5: value = Double(next(6))
        case 6: value = .staleMarker
        default: value = Double(bitPattern: next(8))
        }
        samples.append(time: time, value: value)
    }
    return samples
}
