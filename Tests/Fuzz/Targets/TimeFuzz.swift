import Time

/// What must hold for any text given to the readers of durations and times: what they read, printed, is read as the same.
func fuzzTimes(_ text: String, _ bytes: UnsafeRawBufferPointer) {
    if let span = try? PrometheusDuration.parse(text), (try? PrometheusDuration.parse(PrometheusDuration.format(span))) != span {
        fuzzFailure("a printed Prometheus duration is read as another", bytes)
    }
    if let span = try? GoDuration.parse(text), (try? GoDuration.parse(GoDuration.format(span))) != span {
        fuzzFailure("a printed Go duration is read as another", bytes)
    }
    let lenient = RFC3339.parseLenient(text)
    if let time = RFC3339.parse(text), lenient != time { fuzzFailure("the lenient reader disagrees with the strict one", bytes) }
    if let time = lenient, abs(time.utcOffset) < 24 * 3600 {
        let printed = RFC3339.string(time, fraction: .asNeeded)
        // An offset can push the first and last year out of the four digits that the format has.
        let isInRange = (0...9999).contains(CivilTime(time, utcOffset: time.utcOffset).year)
        if isInRange, RFC3339.parse(printed) != time { fuzzFailure("a printed time is read as another", bytes) }
    }
    // A layout of the input's own making: reading and writing may fail, not crash.
    _ = try? GoLayout.parse(layout: text, text)
    _ = GoLayout.format(.epoch, in: .utc, layout: text)
}
