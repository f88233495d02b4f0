/// Collects names and values as raw bytes and packs them into a `LabelSet`.
///
/// Meant to be kept and used again for alert after alert: it allocates only while it grows. Labels may come in any order; of equal
/// names the last wins.
public struct LabelSetBuilder {
    private(set) var scratch = LabelScratch()

    /// An empty builder.
    public init() {}

    /// Whether nothing was added.
    public var isEmpty: Bool { scratch.count == 0 }

    /// The number of labels; equal names count as one once the builder was packed.
    public var count: Int { scratch.count }

    /// Adds a label. Both buffers are copied.
    public mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        makeUnique()
        scratch.append(name: name, value: value)
    }

    /// Adds a label.
    public mutating func append(name: String, value: String) {
        makeUnique()
        name.withBytes { name in
            value.withBytes { value in scratch.append(name: name, value: value) }
        }
    }

    /// Forgets everything and keeps the memory.
    public mutating func removeAll() {
        makeUnique()
        scratch.removeAll()
    }

    /// Sorts by name and keeps only the last of equal names.
    mutating func normalize() {
        makeUnique()
        scratch.normalize()
    }

    /// A builder is a value: a copy that is changed gets memory of its own.
    @inline(__always)
    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&scratch) { scratch = scratch.copy() }
    }
}
