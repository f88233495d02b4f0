/// Why a text is no PromQL expression, with its place. The texts are Prometheus's (reference 3.2).
public struct PromQLSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based.
    public let line: Int
    /// 1-based, in bytes as Prometheus counts.
    public let column: Int
    /// What is wrong, without the place.
    public let message: String
    /// The part of the text that is meant.
    public let range: SourceRange

    init(_ failure: SyntaxFailure, in text: [UInt8]) {
        (line, column) = failure.range.position(in: text)
        message = failure.message
        range = failure.range
    }

    /// `1:5: parse error: …`
    public var description: String { "\(line):\(column): parse error: \(message)" }
}

/// An error while its text is still at hand.
struct SyntaxFailure: Error {
    var message: String
    var range: SourceRange
}

extension SourceRange {
    /// Line and column of the start, both 1-based, the column in bytes as Prometheus counts.
    public func position(in text: String) -> (line: Int, column: Int) {
        var text = text
        return text.withUTF8 { position(in: $0) }
    }

    /// Line and column of the start in a text of these bytes.
    func position(in bytes: some RandomAccessCollection<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(max(start, 0)) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return (line, column)
    }
}
