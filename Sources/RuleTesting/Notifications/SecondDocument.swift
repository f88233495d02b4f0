import StrictYAML

/// What follows the first document of a file. promtool does not look at it.
enum SecondDocument {
    case notifications(YAMLNode)
    /// Somebody else's.
    case foreign(YAMLPosition)

    init(_ bytes: [UInt8], file: String, from position: YAMLPosition) throws(YAMLError) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Where it cannot be read, the position is that of the fault.
        let marks = lines.indices.prefix(position.line).filter { lines[$0].starts(with: "---".utf8) }
        let start = marks.last ?? min(position.line, lines.count) - 1
        // With empty lines for the first document, places are those of the file.
        for index in 0..<start { lines[index] = [] }
        let isOurs = lines[start...].contains { line in
            line.starts(with: "notification_tests".utf8) || line.starts(with: "alertmanager".utf8)
        }
        do throws(YAMLError) {
            let node = try YAMLDocument.parse(Array(lines.joined(separator: [UInt8(ascii: "\n")])), file: file)
            guard let node, isOurs || node["notification_tests"] != nil else {
                self = .foreign(YAMLPosition(line: start + 1, column: 1))
                return
            }
            self = .notifications(node)
        } catch {
            guard !isOurs else { throw error }
            self = .foreign(YAMLPosition(line: start + 1, column: 1))
        }
    }
}
