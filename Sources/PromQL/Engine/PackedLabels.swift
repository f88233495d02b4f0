import Glibc
import Labels

/// Walks the packed labels of a set, which must stay alive meanwhile.
struct PackedCursor {
    private var position: UnsafePointer<UInt8>?
    private let end: UnsafePointer<UInt8>?
    /// The current label with its lengths.
    private(set) var label = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private(set) var name = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private(set) var value = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        position = bytes.baseAddress
        end = bytes.baseAddress.map { $0 + bytes.count }
    }

    /// Moves to the next label; false at the end.
    @inline(__always)
    mutating func next() -> Bool {
        guard let start = position, let end, start < end else { return false }
        var place = start
        name = Self.piece(&place)
        value = Self.piece(&place)
        label = UnsafeBufferPointer(start: start, count: place - start)
        position = place
        return true
    }

    @inline(__always)
    private static func piece(_ place: inout UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var length = Int(place[0])
        place += 1
        if length >= 0x80 {
            length &= 0x7F
            var shift = 7
            while true {
                let byte = place[0]
                place += 1
                length |= Int(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift += 7
            }
        }
        let piece = UnsafeBufferPointer(start: place, count: length)
        place += length
        return piece
    }
}

/// The labels that go with a metric's name (reference 0, "Name drop").
enum ReservedLabel {
    static let name = "__name__"
    static let all = ["__name__", "__type__", "__unit__"]

    private static let nameWord = word("__name__")
    private static let typeWord = word("__type__")
    private static let unitWord = word("__unit__")

    @inline(__always)
    private static func word(_ text: StaticString) -> UInt64 { UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt64.self) }

    /// All three have eight bytes: one comparison of words tells.
    @inline(__always)
    static func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == 8, let base = name.baseAddress, base[0] == 0x5F, base[1] == 0x5F else { return false }
        let bytes = UnsafeRawPointer(base).loadUnaligned(as: UInt64.self)
        return bytes == nameWord || bytes == typeWord || bytes == unitWord
    }

    /// Whether a name is that of the type or the unit.
    @inline(__always)
    static func isMetadata(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        contains(name) && UnsafeRawPointer(name.baseAddress.unsafelyUnwrapped).loadUnaligned(as: UInt64.self) != nameWord
    }

    /// Whether labels hold a type or a unit.
    static func hasMetadata(_ labels: LabelSet) -> Bool {
        withExtendedLifetime(labels) {
            var cursor = PackedCursor(labels.unsafePackedBytes)
            while cursor.next() {
                // Lower-case names sort behind underscores: most sets are decided at their second label.
                if let first = cursor.name.first, first > 0x5F { return false }
                if isMetadata(cursor.name) { return true }
            }
            return false
        }
    }
}

/// A growing run of bytes that is used again and again.
final class ByteScratch {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 1024) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    @inline(__always)
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    func removeAll() { count = 0 }

    @inline(__always)
    func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard source.count > 0, let start = source.baseAddress else { return }
        if count &+ source.count > capacity { grow(by: source.count) }
        memcpy(base + count, start, source.count)
        count &+= source.count
    }

    @inline(never)
    private func grow(by size: Int) {
        capacity = max(capacity * 2, count + size)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}

/// Takes some of a set's labels: those of a list, or all but those.
final class LabelProjection {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let ends: UnsafeMutablePointer<Int>
    private let nameCount: Int
    private let keepsListed: Bool
    /// The labels of the last projection, packed.
    let output = ByteScratch()
    /// Their number.
    private(set) var count = 0

    /// Keeps only the listed labels.
    static func keeping(_ names: [String]) -> LabelProjection { LabelProjection(names, keepsListed: true) }

    /// Keeps all labels but the listed.
    static func removing(_ names: [String]) -> LabelProjection { LabelProjection(names, keepsListed: false) }

    private init(_ names: [String], keepsListed: Bool) {
        self.keepsListed = keepsListed
        nameCount = names.count
        bytes = .allocate(capacity: max(1, names.reduce(0) { $0 + $1.utf8.count }))
        ends = .allocate(capacity: max(1, names.count))
        var end = 0
        for (index, name) in names.enumerated() {
            for byte in name.utf8 {
                bytes[end] = byte
                end += 1
            }
            ends[index] = end
        }
    }

    deinit {
        bytes.deallocate()
        ends.deallocate()
    }

    /// Whether the list holds a name.
    @inline(__always)
    func lists(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = name.baseAddress else { return false }
        var start = 0
        for index in 0..<nameCount {
            let end = ends[index]
            if end &- start == name.count, memcmp(bytes + start, base, name.count) == 0 { return true }
            start = end
        }
        return false
    }

    /// Leaves the taken labels of a set in `output`.
    ///
    /// - Parameter hidesName: takes the set for one without name, type and unit.
    @inline(__always)
    func project(_ labels: LabelSet, hidesName: Bool) {
        output.removeAll()
        count = 0
        withExtendedLifetime(labels) {
            let packed = labels.unsafePackedBytes
            if !keepsListed && nameCount == 0 && !hidesName {
                output.append(packed)
                count = labels.count
                return
            }
            var cursor = PackedCursor(packed)
            while cursor.next() {
                if hidesName && ReservedLabel.contains(cursor.name) { continue }
                if lists(cursor.name) == keepsListed {
                    output.append(cursor.label)
                    count &+= 1
                }
            }
        }
    }
}
