import Labels

/// What must hold for any bytes given to the matcher parsers: what one mode parses prints as text that parses to the same matchers.
public func fuzzMatchers(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    let parser = MatcherParser(mode: .utf8Strict)
    guard let parsed = try? parser.parseList(text) else { return }
    let again = try? parser.parseList(parsed.0.description)
    if again?.0 != parsed.0 { fuzzFailure("printed matchers do not parse to themselves", bytes) }
}
