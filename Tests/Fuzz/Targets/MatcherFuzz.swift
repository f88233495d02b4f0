import Labels

/// What must hold for any bytes given to the matcher parsers and to the grammars that go with them: Go literals, durations and times.
public func fuzzMatchers(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    let strict = Result { try MatcherParser(mode: .utf8Strict).parseList(text).0 }
    let classic = Result { try MatcherParser(mode: .classic).parseList(text).0 }

    for reading in [strict, classic] {
        guard case .success(let matchers) = reading else { continue }
        checkPrinting(matchers, bytes)
    }
    if case .success(let matchers) = classic, (try? MatcherParser(mode: .classic).parseList(matchers.description).0) != matchers {
        fuzzFailure("printed matchers do not parse to themselves in the classic grammar", bytes)
    }
    checkFallback(text, strict, classic, bytes)
    checkLiterals(text, bytes)
    fuzzTimes(text, bytes)
}

/// The printed form, whichever grammar a matcher came from, means the same in the UTF-8 grammar.
private func checkPrinting(_ matchers: Matchers, _ bytes: UnsafeRawBufferPointer) {
    let parser = MatcherParser(mode: .utf8Strict)
    if (try? parser.parseList(matchers.description).0) != matchers { fuzzFailure("printed matchers do not parse to themselves", bytes) }
    for matcher in matchers where (try? parser.parseSingle(matcher.description).0) != matcher {
        fuzzFailure("a printed matcher does not parse to itself", bytes)
    }
    if !matchers.isEmpty, matchers.sorted().sorted() != matchers.sorted() { fuzzFailure("sorting matchers is not stable", bytes) }
}

/// Reference 2.3: the classic reading wins, the UTF-8 one fills in, and only full agreement or a UTF-8-only input goes without a warning.
private func checkFallback(
    _ text: String, _ strict: Result<Matchers, any Error>, _ classic: Result<Matchers, any Error>, _ bytes: UnsafeRawBufferPointer
) {
    let fallback = Result { try MatcherParser(mode: .fallback).parseList(text) }
    switch (strict, classic, fallback) {
    case (.success(let modern), .success(let old), .success((let chosen, let warning))):
        if chosen != old || (warning == nil) != (modern == old) { fuzzFailure("fallback does not settle a disagreement", bytes) }
    case (.success(let modern), .failure, .success((let chosen, let warning))):
        if chosen != modern || warning != nil { fuzzFailure("fallback changes what only the UTF-8 grammar reads", bytes) }
    case (.failure, .success(let old), .success((let chosen, let warning))):
        if chosen != old || warning == nil { fuzzFailure("fallback changes what only the classic grammar reads", bytes) }
    case (.failure, .failure(let expected), .failure(let error)):
        if "\(error)" != "\(expected)" { fuzzFailure("fallback does not give the classic error", bytes) }
    default: fuzzFailure("fallback accepts what neither grammar reads, or refuses what one does", bytes)
    }
}

/// Quoting and unquoting undo each other, for text and for bytes that are no text.
private func checkLiterals(_ text: String, _ bytes: UnsafeRawBufferPointer) {
    if GoQuote.unquotedBytes(GoQuote.quote(Array(bytes))) != Array(bytes) {
        fuzzFailure("quoted bytes do not unquote to themselves", bytes)
    }
    if let meaning = GoQuote.unquotedBytes(text), GoQuote.unquotedBytes(GoQuote.quote(meaning)) != meaning {
        fuzzFailure("the meaning of a literal changes when it is quoted again", bytes)
    }
}
