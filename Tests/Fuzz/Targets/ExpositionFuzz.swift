public import Exposition
import Labels

/// What must hold for any body given to an exposition parser:
/// - parsing ends, with events that lie in the body, or with an error that has a place in it;
/// - a series found in a body is the same series in a body of its own, with the same labels, value and time;
/// - its labels, written anew, are read as the same labels.
public func fuzzExposition(_ bytes: UnsafeRawBufferPointer, _ format: ExpositionFormat) {
    let body = bytes.bindMemory(to: UInt8.self)
    var parser = ExpositionParser(body, format: format)
    do throws(ExpositionError) {
        while let event = try parser.next() {
            switch event {
            case .sample(let sample):
                if !lies(sample.series, in: body) || sample.series.isEmpty { fuzzFailure("a series is not in the body", bytes) }
                check(sample, try labels(of: sample, parser), format, bytes)
            case .type(let family, _): check(family, in: body, bytes)
            case .help(let family, let text):
                check(family, in: body, bytes)
                if !lies(text.raw, in: body) { fuzzFailure("a help text is not in the body", bytes) }
            case .unit(let family, let unit):
                check(family, in: body, bytes)
                if !lies(unit, in: body) { fuzzFailure("a unit is not in the body", bytes) }
            }
        }
    } catch {
        let lines = body.split(separator: 0x0A, omittingEmptySubsequences: false)
        if error.line < 1 || error.line > lines.count || error.column < 1 || error.column > lines[error.line - 1].count + 1
            || error.message.isEmpty
        {
            fuzzFailure("an error without place or message (\(error))", bytes)
        }
    }
}

private func labels(of sample: ExpositionSample, _ parser: ExpositionParser) throws(ExpositionError) -> LabelSet {
    var builder = LabelSetBuilder()
    try parser.appendLabels(of: sample, to: &builder, normalizingBounds: false)
    return LabelSet(packing: &builder)
}

private func lies(_ part: UnsafeBufferPointer<UInt8>, in body: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = part.baseAddress, let first = body.baseAddress else { return part.isEmpty }
    return start >= first && start + part.count <= first + body.count
}

private func check(_ family: ExposedText, in body: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeRawBufferPointer) {
    if !lies(family.raw, in: body) { fuzzFailure("a family's name is not in the body", bytes) }
}

private func check(_ sample: ExpositionSample, _ labels: LabelSet, _ format: ExpositionFormat, _ bytes: UnsafeRawBufferPointer) {
    if labels["__name__"] == nil { fuzzFailure("a sample without a name", bytes) }
    if sample.value.isNaN, sample.value.bitPattern != 0x7ff8_0000_0000_0001 { fuzzFailure("a NaN is not the ordinary one", bytes) }
    var written = "{"
    for (name, value) in labels.pairs { written += "\"\(escaped(name))\"=\"\(escaped(value))\"," }
    written.removeLast()
    for series in [Array(sample.series), Array((written + "}").utf8)] {
        var body = series + " ".utf8 + (sample.value.isNaN ? "NaN" : "\(sample.value)").utf8
        // Seconds are cut off to milliseconds, so half of one more keeps them.
        if let time = sample.timestamp { body += (format == .text ? " \(time)" : " \(time)e-3").utf8 }
        body += (format == .text ? "\n" : "\n# EOF\n").utf8
        guard let again = only(body, format) else {
            fuzzFailure("a series alone does not parse (\(String(decoding: body, as: UTF8.self).debugDescription))", bytes)
            continue
        }
        if again.labels != labels { fuzzFailure("a series alone has other labels", bytes) }
        if again.value.bitPattern != sample.value.bitPattern { fuzzFailure("a value does not read back", bytes) }
        // A float of seconds holds milliseconds up to 2^50 of them.
        if let time = sample.timestamp, format == .text ? again.time != time : abs(again.time - time) > max(1, abs(time) >> 50) {
            fuzzFailure("a time does not read back", bytes)
        }
    }
}

/// The one sample of a body.
private func only(_ body: [UInt8], _ format: ExpositionFormat) -> (labels: LabelSet, value: Double, time: Int64)? {
    body.withUnsafeBufferPointer { body in
        var parser = ExpositionParser(body, format: format)
        guard case .sample(let sample) = try? parser.next(), let labels = try? labels(of: sample, parser) else { return nil }
        guard let end = try? parser.next() else { return (labels, sample.value, sample.timestamp ?? 0) }
        _ = end
        return nil
    }
}

private func escaped(_ text: String) -> String {
    // Character by character "\r\n" would hide its newline.
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\", "\"": output.append(contentsOf: ["\\", scalar])
        case "\n": output.append(contentsOf: ["\\", "n"])
        default: output.append(scalar)
        }
    }
    return String(output)
}
