extension LabelSet {
    /// The packed bytes as `init(packed:)` reads them, without a closure: for loops over very many sets.
    ///
    /// They stay valid only while this set or a copy of it lives; the caller sees to that (`withExtendedLifetime`).
    public var unsafePackedBytes: UnsafeBufferPointer<UInt8> {
        storage.withUnsafeMutablePointers { header, elements in
            UnsafeBufferPointer(start: elements, count: Int(header.pointee.byteCount))
        }
    }

    /// A set from packed labels that are known to be sound because they come from other sets: ascending by name, each name once.
    /// The fingerprint is computed whenever it is asked for.
    ///
    /// - Parameters:
    ///   - bytes: the packed labels, one behind the other.
    ///   - count: their number.
    public init(trustedPacked bytes: UnsafeBufferPointer<UInt8>, count: Int) {
        guard count > 0, let base = bytes.baseAddress else {
            self.init()
            return
        }
        let header = LabelHeader(fingerprint: 0, count: UInt32(clamping: count), byteCount: UInt32(clamping: bytes.count))
        let storage = LabelStorage.make(byteCount: bytes.count, header: header)
        storage.withUnsafeMutablePointerToElements { $0.update(from: base, count: bytes.count) }
        self.init(storage: storage)
    }
}
