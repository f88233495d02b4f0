import Glibc
public import Labels

/// The order of Prometheus: label by label, name before value, by bytes; of two sets that begin alike the shorter first (reference 3.3).
public enum LabelOrder {
    /// What a sort moves around: a place and where its labels stand, nothing that is counted by references.
    private struct Entry {
        let bytes: UnsafeBufferPointer<UInt8>
        let index: Int
    }

    /// The series by their labels.
    static func sorted(_ elements: [MatrixElement]) -> [MatrixElement] {
        withExtendedLifetime(elements) {
            var entries = elements.indices.map { Entry(bytes: elements[$0].labels.unsafePackedBytes, index: $0) }
            entries.sort { precedes($0.bytes, $1.bytes) }
            return entries.map { elements[$0.index] }
        }
    }

    /// Whether the left set comes first.
    public static func precedes(_ left: LabelSet, _ right: LabelSet) -> Bool {
        withExtendedLifetime((left, right)) { precedes(left.unsafePackedBytes, right.unsafePackedBytes) }
    }

    private static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        var first = PackedCursor(left)
        var second = PackedCursor(right)
        while first.next() {
            guard second.next() else { return false }
            // Equal labels, the common case at the front, are equal in one comparison.
            if first.label.count == second.label.count, compare(first.label, second.label) == 0 { continue }
            let names = compare(first.name, second.name)
            return names != 0 ? names < 0 : compare(first.value, second.value) < 0
        }
        return second.next()
    }

    @inline(__always)
    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            let order = memcmp(leftBase, rightBase, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
