public import Glibc

/// Distinct byte strings and a small number for each: one copy of the bytes behind each other, and a hash table of the numbers.
///
/// Numbers are dense: what belongs to the strings can stand in an array beside the table. A number that was removed is given again.
public struct ByteTable: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var start: UInt32
        @usableFromInline var length: UInt32
        @usableFromInline var hash: UInt32
        @usableFromInline var isUsed: Bool
    }

    @usableFromInline var arena: ContiguousArray<UInt8> = []
    @usableFromInline var entries: ContiguousArray<Entry> = []
    /// Numbers plus one by hash; 0 is free.
    private var slots: ContiguousArray<UInt32> = ContiguousArray(repeating: 0, count: 4)
    private var free: ContiguousArray<UInt32> = []
    /// Bytes of removed strings in the arena.
    private var garbage = 0

    /// A table without strings.
    public init() {}

    /// The number of strings.
    public var count: Int { entries.count - free.count }

    /// One more than the largest number.
    public var end: Int { entries.count }

    /// The memory in bytes.
    public var footprint: Int {
        arena.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * 4 + free.capacity * 4
    }

    /// The number of a string; nil when it is not in the table.
    public func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(bytes)
        var index = Int(hash) & (slots.count - 1)
        while slots[index] != 0 {
            let number = Int(slots[index] - 1)
            if entries[number].hash == hash, holds(number, bytes) { return number }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a string, which is added if it is missing.
    public mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>) -> (number: Int, isNew: Bool) {
        if let number = find(bytes) { return (number, false) }
        let hash = Self.hash(bytes)
        let entry = Entry(
            start: UInt32(truncatingIfNeeded: arena.count), length: UInt32(truncatingIfNeeded: bytes.count), hash: hash, isUsed: true)
        arena.append(contentsOf: bytes)
        let number: Int
        if let reused = free.popLast() {
            number = Int(reused)
            entries[number] = entry
        } else {
            number = entries.count
            entries.append(entry)
        }
        if count * 4 > slots.count * 3 {
            rebuildSlots(count: slots.count * 2)
        } else {
            link(number)
        }
        return (number, true)
    }

    /// Removes a string; its number may be used again.
    public mutating func remove(_ number: Int) {
        guard number < entries.count, entries[number].isUsed else { return }
        unlink(number)
        garbage += Int(entries[number].length)
        entries[number].isUsed = false
        free.append(UInt32(number))
        if garbage > 4096, garbage > arena.count / 2 { compact() }
    }

    /// Calls the body with the string of a number, nil when there is none.
    @inlinable
    public func withBytes<Result>(of number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        let entry = entries[number]
        guard entry.isUsed else { return nil }
        return arena.withUnsafeBufferPointer { arena in
            body(UnsafeBufferPointer(rebasing: arena[Int(entry.start)..<Int(entry.start) + Int(entry.length)]))
        }
    }

    /// Calls the body with every string.
    @inlinable
    public func forEach(_ body: (_ number: Int, UnsafeBufferPointer<UInt8>) -> Void) {
        arena.withUnsafeBufferPointer { arena in
            for (number, entry) in entries.enumerated() where entry.isUsed {
                body(number, UnsafeBufferPointer(rebasing: arena[Int(entry.start)..<Int(entry.start) + Int(entry.length)]))
            }
        }
    }

    /// Whether this number is that of these bytes: a guess costs no hash.
    @inlinable
    @inline(__always)
    public func holds(_ number: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard number < entries.count else { return false }
        let entry = entries[number]
        guard entry.isUsed, Int(entry.length) == bytes.count else { return false }
        guard let other = bytes.baseAddress, !bytes.isEmpty else { return true }
        return arena.withUnsafeBufferPointer { arena in
            arena.baseAddress.map { memcmp($0 + Int(entry.start), other, bytes.count) == 0 } ?? false
        }
    }

    private mutating func link(_ number: Int) {
        var index = Int(entries[number].hash) & (slots.count - 1)
        while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = UInt32(number + 1)
    }

    /// Frees a place and moves those up that were pushed behind it.
    private mutating func unlink(_ number: Int) {
        let mask = slots.count - 1
        var hole = Int(entries[number].hash) & mask
        while slots[hole] != UInt32(number + 1) {
            if slots[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        slots[hole] = 0
        var index = (hole + 1) & mask
        while slots[index] != 0 {
            let home = Int(entries[Int(slots[index] - 1)].hash) & mask
            if (index - home) & mask >= (index - hole) & mask {
                slots[hole] = slots[index]
                slots[index] = 0
                hole = index
            }
            index = (index + 1) & mask
        }
    }

    private mutating func rebuildSlots(count: Int) {
        slots = ContiguousArray(repeating: 0, count: count)
        for number in entries.indices where entries[number].isUsed { link(number) }
    }

    private mutating func compact() {
        var packed: ContiguousArray<UInt8> = []
        packed.reserveCapacity(arena.count - garbage)
        for number in entries.indices where entries[number].isUsed {
            let start = Int(entries[number].start)
            entries[number].start = UInt32(packed.count)
            packed.append(contentsOf: arena[start..<start + Int(entries[number].length)])
        }
        arena = packed
        garbage = 0
    }

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash = SeededByteHash()
        hash.combine(bytes)
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
