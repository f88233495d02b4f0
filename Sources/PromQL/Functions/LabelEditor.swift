import Glibc
import Labels

/// Changes one label of many series. Works on packed labels, with memory that is used again.
struct LabelEditor {
    private let destination: [UInt8]
    /// The destination is the name.
    private let setsName: Bool
    /// It goes with the name, or is it.
    private let isReserved: Bool
    private let delaysNameRemoval: Bool
    private let output = ByteScratch()

    init(destination: String, delaysNameRemoval: Bool) {
        self.destination = Array(destination.utf8)
        setsName = destination == ReservedLabel.name
        isReserved = ReservedLabel.all.contains(destination)
        self.delaysNameRemoval = delaysNameRemoval
    }

    /// Calls the body with a label's value, empty where it is absent or counts as removed.
    func withValue<Result>(of series: SeriesLabels, name: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        if series.dropsName, !delaysNameRemoval, name.withUnsafeBufferPointer({ ReservedLabel.contains($0) }) { return body(empty) }
        return series.labels.withValue(ofName: name) { body($0 ?? empty) }
    }

    /// Sets the label, or deletes it if the value is empty. A name that is set is there to stay.
    func set(_ value: UnsafeBufferPointer<UInt8>, in series: inout SeriesLabels) {
        // A label that goes with a removed name can only be set once the removal was done.
        let strips = isReserved && series.dropsName && !delaysNameRemoval
        if strips || !holds(value, series.labels) { series.labels = labels(series.labels, with: value, strips: strips) }
        if strips || setsName { series.dropsName = false }
    }

    /// Whether the label has the value already.
    private func holds(_ value: UnsafeBufferPointer<UInt8>, _ labels: LabelSet) -> Bool {
        labels.withValue(ofName: destination) { current in
            guard let current else { return value.isEmpty }
            return current.count == value.count && Self.compare(current, value) == 0
        }
    }

    private func labels(_ labels: LabelSet, with value: UnsafeBufferPointer<UInt8>, strips: Bool) -> LabelSet {
        output.removeAll()
        var count = 0
        destination.withUnsafeBufferPointer { destination in
            var isPending = !value.isEmpty
            func place() {
                append(lengthOf: destination)
                append(lengthOf: value)
                count += 1
                isPending = false
            }
            withExtendedLifetime(labels) {
                var cursor = PackedCursor(labels.unsafePackedBytes)
                while cursor.next() {
                    if strips, ReservedLabel.contains(cursor.name) { continue }
                    let order = Self.compare(cursor.name, destination)
                    if order == 0 { continue }
                    if order > 0, isPending { place() }
                    output.append(cursor.label)
                    count += 1
                }
            }
            if isPending { place() }
        }
        return LabelSet(trustedPacked: output.bytes, count: count)
    }

    /// Appends bytes behind their length, seven bits of it a byte, the lowest first.
    private func append(lengthOf bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes.count
        repeat {
            var byte = UInt8(truncatingIfNeeded: rest & 0x7F)
            rest >>= 7
            if rest > 0 { byte |= 0x80 }
            withUnsafePointer(to: byte) { output.append(UnsafeBufferPointer(start: $0, count: 1)) }
        } while rest > 0
        output.append(bytes)
    }

    /// Negative, zero or positive, as the left comes before, is or comes behind the right, by bytes.
    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            let order = memcmp(leftBase, rightBase, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
