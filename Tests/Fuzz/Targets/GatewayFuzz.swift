import Exporters

/// What must hold for any bytes given as lines of an error log, or as a datagram by syslog:
/// - each counted line has one level, and at most one of them is a failure of an upstream;
/// - the number of series is bounded;
/// - totals that are written down in the middle go on as if nothing had been;
/// - the line of a datagram is a part of it.
public func fuzzErrorLog(_ bytes: UnsafeRawBufferPointer) {
    let lines = bytes.bindMemory(to: UInt8.self).split(separator: 0x0A, omittingEmptySubsequences: false).map(
        UnsafeBufferPointer.init(rebasing:))
    guard let counts = GatewayProbe.errorLog(lines, resumingAt: nil),
        let resumed = GatewayProbe.errorLog(lines, resumingAt: lines.count / 2)
    else { return fuzzFailure("the written totals do not read", bytes) }
    if counts != resumed { fuzzFailure("totals that were written down go on differently", bytes) }
    if counts.lines != UInt64(counts.results.count { $0 == .ok }) { fuzzFailure("the lines shown are not those counted", bytes) }
    if counts.failures > counts.lines { fuzzFailure("more failures than lines", bytes) }
    if counts.series > GatewayProbe.maximumUpstreams { fuzzFailure("too many upstreams", bytes) }
    guard let message = GatewayProbe.syslog(Array(bytes)) else { return }
    if message.line.count + 18 > bytes.count { fuzzFailure("a datagram's line is longer than the datagram", bytes) }
}

/// What must hold for any bytes given as an answer of the Gateway's API or as its stub_status:
/// - there are words why it is refused, or a bounded number of numbers, none of them negative or beyond all bounds;
/// - the same answer reads the same.
public func fuzzGatewayAPI(_ bytes: UnsafeRawBufferPointer) {
    let body = Array(bytes)
    for (answer, again) in zip(GatewayProbe.answers(body), GatewayProbe.answers(body)) {
        if answer.numbers != again.numbers || answer.refusal != again.refusal { fuzzFailure("an answer reads differently", bytes) }
        if answer.refusal?.isEmpty == true { fuzzFailure("a refusal without words", bytes) }
        if answer.numbers.count > GatewayProbe.maximumLabels { fuzzFailure("too many labels", bytes) }
        for (label, number) in answer.numbers where !(number >= 0 && number.isFinite) || label.utf8.count > 20 {
            fuzzFailure("\(label) is \(number)", bytes)
        }
    }
}

/// What must hold for any bytes given as an nginx configuration:
/// - names are told once and are bounded, and so are addresses;
/// - an upstream block behind it is found, unless a quote, a comment or a block of Lua is left open;
/// - the same text reads the same.
public func fuzzNginxConfiguration(_ bytes: UnsafeRawBufferPointer) {
    let text = Array(bytes)
    let upstreams = GatewayProbe.configuration(text)
    if upstreams.count > 512 || upstreams.contains(where: { $0.addresses.count > 256 }) { fuzzFailure("too many upstreams", bytes) }
    for upstream in upstreams {
        if upstream.name.utf8.count > 300 { fuzzFailure("a name that is too long", bytes) }
        if Set(upstream.addresses).count != upstream.addresses.count { fuzzFailure("an address twice", bytes) }
        if upstream.path.map({ !$0.hasPrefix("/") || $0.contains(" ") }) == true { fuzzFailure("a path that is none", bytes) }
    }
    let again = GatewayProbe.configuration(text)
    if !zip(upstreams, again).allSatisfy({ $0 == $1 }) || upstreams.count != again.count { fuzzFailure("a text reads differently", bytes) }
    let isPlain = text.allSatisfy { byte in !"\"'#\\{}".utf8.contains(byte) }
    guard isPlain else { return }
    let behind = GatewayProbe.configuration(text + Array(";\nupstream behind_it_all { server 1.2.3.4:5; }".utf8))
    if !behind.contains(where: { $0.name == "behind_it_all" && $0.addresses == ["1.2.3.4:5"] }) {
        fuzzFailure("what stands behind is lost", bytes)
    }
}
