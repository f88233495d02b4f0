/// A Go string that grows: a Swift string as long as all that comes is UTF-8, bytes from then on.
struct GoTextBuffer {
    private var text = ""
    /// All of it, once something came that is no UTF-8: pieces of a character may meet.
    private var bytes: [UInt8]?

    /// The number of bytes.
    var count: Int { bytes?.count ?? text.utf8.count }

    /// What was appended, as a value.
    var value: TemplateValue { bytes.map { .text($0) } ?? .string(text) }

    /// What was appended, with U+FFFD for every byte that is part of no character.
    var string: String { bytes.map(GoBytes.repaired) ?? text }

    /// Appends a text.
    mutating func append(_ piece: String) {
        if bytes == nil { text += piece } else { bytes?.append(contentsOf: piece.utf8) }
    }

    /// Appends bytes that are no UTF-8.
    mutating func append(_ piece: [UInt8]) {
        if bytes == nil {
            bytes = Array(text.utf8)
            text = ""
        }
        bytes?.append(contentsOf: piece)
    }

    /// Appends a string; nothing for any other value.
    mutating func append(text value: TemplateValue) {
        switch value {
        case .string(let text): append(text)
        case .bytes(let bytes): append(bytes)
        default: break
        }
    }
}
