import CZlib

/// RFC 1952, for pages of metrics: written quickly rather than as small as can be.
public enum Gzip {
    /// The body in gzip's form; nil where zlib has no memory.
    public static func compressed(_ body: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for gzip's header instead of zlib's; 8 is zlib's usual memory.
        guard
            deflateInit2_(
                &stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        // Enough room for one call, whatever the body.
        let bound = Int(deflateBound(&stream, UInt(body.count)))
        var isComplete = false
        let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            body.withUnsafeBufferPointer { body in
                // zlib reads through this pointer only; it is not const for old compilers' sake.
                stream.next_in = UnsafeMutablePointer(mutating: body.baseAddress)
                stream.avail_in = UInt32(clamping: body.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                isComplete = deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0
                count = isComplete ? Int(stream.total_out) : 0
            }
        }
        return isComplete ? output : nil
    }

    /// Whether an Accept-Encoding header asks for gzip by name.
    public static func isAccepted(_ acceptEncoding: String?) -> Bool {
        HeaderElement.list(acceptEncoding ?? "").contains { ($0.name == "gzip" || $0.name == "x-gzip") && $0.quality > 0 }
    }
}
