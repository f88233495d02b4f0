/// Growing memory for one decoded string. Its address must stay fixed while a `JSONText` points into it, which an array cannot promise.
struct JSONScratch: ~Copyable {
    private var memory: UnsafeMutableBufferPointer<UInt8> = UnsafeMutableBufferPointer(start: nil, count: 0)
    private var used = 0

    deinit { memory.deallocate() }

    var text: JSONText { JSONText(UnsafeBufferPointer(rebasing: memory[..<used])) }

    mutating func removeAll() { used = 0 }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[used] = byte
        used += 1
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (memory.baseAddress.unsafelyUnwrapped + used).update(from: source, count: bytes.count)
        used += bytes.count
    }

    mutating func append(scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar).unsafelyUnwrapped { append(byte) }
    }

    private mutating func reserve(_ more: Int) {
        guard memory.count - used < more else { return }
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(256, memory.count * 2, used + more))
        if let old = memory.baseAddress, let new = larger.baseAddress { new.update(from: old, count: used) }
        memory.deallocate()
        memory = larger
    }
}
