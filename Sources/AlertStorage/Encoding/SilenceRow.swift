import AlertCore
import Labels
import Time

/// The bytes of a silence's row; the id is a column of its own.
enum SilenceRow {
    static func write(_ silence: Silence, into row: inout RowWriter) {
        row.begin()
        row.unsigned(UInt64(silence.matchers.count))
        for matcher in silence.matchers {
            row.byte(tag(of: matcher.operation))
            row.text(matcher.name)
            row.text(matcher.value)
        }
        row.time(silence.startsAt)
        row.time(silence.endsAt)
        row.time(silence.updatedAt)
        row.text(silence.createdBy)
        row.text(silence.comment)
        row.labels(silence.annotations)
    }

    static func read(_ bytes: UnsafeRawBufferPointer, id: String, using builder: inout LabelSetBuilder) throws(RowDamage) -> Silence {
        var row = try RowReader(bytes)
        var matchers: [Matcher] = []
        for _ in 0..<(try row.count()) {
            let operation = try operation(tag: try row.byte())
            let (name, value) = (try row.text(), try row.text())
            do {
                matchers.append(try Matcher(name: name, operation: operation, value: value))
            } catch {
                throw .invalid("matcher: \(error)")
            }
        }
        return Silence(
            id: id, matchers: Matchers(matchers), startsAt: try row.time(), endsAt: try row.time(), updatedAt: try row.time(),
            createdBy: try row.text(), comment: try row.text(), annotations: try row.labels(using: &builder, fingerprinted: false))
    }

    private static func tag(of operation: Matcher.Operation) -> UInt8 {
        switch operation {
        case .equal: 0
        case .notEqual: 1
        case .regexMatch: 2
        case .regexNotMatch: 3
        }
    }

    private static func operation(tag: UInt8) throws(RowDamage) -> Matcher.Operation {
        switch tag {
        case 0: .equal
        case 1: .notEqual
        case 2: .regexMatch
        case 3: .regexNotMatch
        default: throw .invalid("matcher operation")
        }
    }
}
