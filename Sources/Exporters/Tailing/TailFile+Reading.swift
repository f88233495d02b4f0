import Glibc

extension TailFile {
    /// How a reading ended.
    enum Reading: Equatable {
        /// At the end that the file had when it began.
        case end
        /// At the limit; there is more.
        case more
        /// The content is another: cleared, cut or written anew. Nothing of the new content has been counted.
        case changed
        /// With the system's error.
        case failed(Int32)
    }

    /// A buffer for pieces of a file whose lines are at most this long.
    static func bufferBytes(maximumLineBytes: Int) -> Int { maximumLineBytes + LogPlace.windowLimit + 256 << 10 }

    /// Counts what has been added, in large pieces, until the file's end or until about `budget` bytes are used up.
    func readOn(
        with buffer: UnsafeMutableRawBufferPointer, budget: inout Int, maximumLineBytes: Int, into sink: some LineSink
    ) -> Reading {
        guard let status else { return .failed(errno) }
        switch holds(place) {
        case .yes: break
        case .no: return .changed
        case .failed(let code): return .failed(code)
        }
        while place.seen < Int64(status.st_size) {
            guard budget > 0 else { return .more }
            let before = place.seen
            let reading = readPiece(to: Int64(status.st_size), with: buffer, maximumLineBytes, into: sink)
            guard reading == .more else { return reading }
            budget -= Int(place.seen - before)
        }
        place.modified = status.modified
        return .end
    }

    /// Reads and counts one piece; `more` when it got one.
    private func readPiece(
        to size: Int64, with buffer: UnsafeMutableRawBufferPointer, _ maximumLineBytes: Int, into sink: some LineSink
    ) -> Reading {
        // The window is read again with what follows it, and what has been seen of the last line.
        let known = max(place.partial.count, place.window.count)
        let start = place.seen - Int64(known)
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, Int(size - start))])
        let count: Int
        switch read(into: piece, at: start) {
        case .success(let found): count = found
        case .failure(let failure): return .failed(failure.code)
        }
        guard count > known else { return count < known ? .changed : .end }
        let bytes = UnsafeBufferPointer(rebasing: UnsafeRawBufferPointer(piece).bindMemory(to: UInt8.self)[..<count])
        guard ByteFingerprint(UnsafeBufferPointer(rebasing: bytes[(known - place.window.count)..<known])) == place.window else {
            return .changed
        }
        let seen = start + Int64(count)
        let head: ByteFingerprint
        switch longerHead(upTo: seen) {
        case .success(let found): head = found
        case .failure(let failure): return .failed(failure.code)
        }
        // Looking once more proves that all of it was read before the content changed, if it did.
        switch holds(place) {
        case .yes: break
        case .no: return .changed
        case .failed(let code): return .failed(code)
        }
        place.head = head
        place.seen = seen
        place.window = ByteFingerprint(UnsafeBufferPointer(rebasing: bytes[(count - Int(min(seen, Int64(LogPlace.windowLimit))))...]))
        countLines(of: bytes, known: known, maximumLineBytes, into: sink)
        return .more
    }

    private func longerHead(upTo seen: Int64) -> Result<ByteFingerprint, Failure> {
        let count = Int(min(Int64(LogPlace.headLimit), seen))
        return count > place.head.count ? fingerprint(at: 0, count: count) : .success(place.head)
    }

    /// Counts the whole lines of a piece whose first `known` bytes have been seen before, and keeps the rest for later.
    private func countLines(
        of bytes: UnsafeBufferPointer<UInt8>, known: Int, _ maximumLineBytes: Int, into sink: some LineSink
    ) {
        guard let base = bytes.baseAddress else { return }
        var start = known - place.partial.count
        if place.isSkipping {
            guard let end = memchr(base + known, 0x0A, bytes.count - known) else { return }
            place.isSkipping = false
            start = UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
        }
        var end = bytes.count
        while end > max(start, known), base[end - 1] != 0x0A { end -= 1 }
        if end > max(start, known) {
            sink.count(block: UnsafeBufferPointer(rebasing: bytes[start..<end]))
            start = end
        }
        // Zeros before a line belong to no line, see LineCounts.
        while start < bytes.count, base[start] == 0 { start += 1 }
        // One byte more than the longest line may be a carriage return.
        if bytes.count - start > maximumLineBytes + 1 {
            sink.countUnparsed()
            place.isSkipping = true
            start = bytes.count
        }
        place.partial = Array(bytes[start...])
    }

    /// Puts the place at the end of what is there, so that only what comes is counted: a line that has been begun is counted when its end comes.
    /// The system's error, or nil.
    func skipToEnd(with buffer: UnsafeMutableRawBufferPointer, maximumLineBytes: Int) -> Int32? {
        guard let status else { return errno }
        let size = Int64(status.st_size)
        let start = max(0, size - Int64(maximumLineBytes + LogPlace.windowLimit))
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(size - start)])
        let bytes: UnsafeBufferPointer<UInt8>
        switch read(into: piece, at: start) {
        case .success(let count):
            bytes = UnsafeBufferPointer(rebasing: UnsafeRawBufferPointer(piece).bindMemory(to: UInt8.self)[..<count])
        case .failure(let failure): return failure.code
        }
        let lineStart = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? (start == 0 ? 0 : nil)
        place.seen = start + Int64(bytes.count)
        place.window = ByteFingerprint(UnsafeBufferPointer(rebasing: bytes.suffix(LogPlace.windowLimit)))
        place.isSkipping = lineStart == nil
        place.partial = lineStart.map { Array(bytes[$0...]) } ?? []
        return nil
    }
}
