/// Snappy's block format, read: the compression of remote write (format description of google/snappy).
enum Snappy {
    /// Bytes that are no Snappy block, or would be larger than allowed.
    struct Problem: Error, Hashable {
        let message: String
    }

    /// The uncompressed bytes. Costs at most `limit` bytes of memory, whatever the block says.
    static func decompress(_ block: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
        var position = 0
        let length = try self.length(block, at: &position)
        guard length <= limit else { throw Problem(message: "\(length) bytes uncompressed, more than the \(limit) allowed") }
        var output: [UInt8] = []
        // A block can't claim more than 64 bytes a tag byte, so its own size bounds what is reserved for it.
        output.reserveCapacity(min(length, block.count * 64))
        while position < block.count {
            let tag = block[position]
            position += 1
            if tag & 3 == 0 {
                let count = try literalLength(tag, block, at: &position)
                guard count <= block.count - position, output.count + count <= length else { throw corrupt(position) }
                output.append(contentsOf: block[position..<(position + count)])
                position += count
            } else {
                let (count, offset) = try copy(tag, block, at: &position)
                guard offset > 0, offset <= output.count, output.count + count <= length else { throw corrupt(position) }
                // The source may overlap what is being written: byte after byte repeats it.
                let start = output.count - offset
                for index in 0..<count { output.append(output[start + index]) }
            }
        }
        guard output.count == length else { throw Problem(message: "\(output.count) bytes uncompressed, \(length) announced") }
        return output
    }

    private static func corrupt(_ position: Int) -> Problem { Problem(message: "corrupt Snappy block at byte \(position)") }

    private static func length(_ block: [UInt8], at position: inout Int) throws(Problem) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard position < block.count else { throw Problem(message: "empty Snappy block") }
            let byte = block[position]
            position += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw corrupt(position)
    }

    private static func literalLength(_ tag: UInt8, _ block: [UInt8], at position: inout Int) throws(Problem) -> Int {
        let code = Int(tag >> 2)
        guard code >= 60 else { return code + 1 }
        return try number(bytes: code - 59, block, at: &position) + 1
    }

    private static func copy(_ tag: UInt8, _ block: [UInt8], at position: inout Int) throws(Problem) -> (count: Int, offset: Int) {
        switch tag & 3 {
        case 1: (Int(tag >> 2 & 7) + 4, Int(tag >> 5) << 8 | (try number(bytes: 1, block, at: &position)))
        case 2: (Int(tag >> 2) + 1, try number(bytes: 2, block, at: &position))
        default: (Int(tag >> 2) + 1, try number(bytes: 4, block, at: &position))
        }
    }

    private static func number(bytes count: Int, _ block: [UInt8], at position: inout Int) throws(Problem) -> Int {
        guard count <= block.count - position else { throw corrupt(position) }
        var value = 0
        for index in 0..<count { value |= Int(block[position + index]) << (8 * index) }
        position += count
        return value
    }
}
