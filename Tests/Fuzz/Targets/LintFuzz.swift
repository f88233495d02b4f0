public import Exposition

/// What must hold for any page of metrics given to the lint:
/// - it ends, and every finding lies on a line of the page and says something;
/// - a page that the parser refuses is one that the lint calls refused.
public func fuzzLint(_ bytes: UnsafeRawBufferPointer, _ format: ExpositionFormat) {
    let page = Array(bytes)
    let report = ExpositionLint.report(page, format: format)
    let lines = 1 + page.count { $0 == 0x0A }
    for finding in report.findings where finding.line < 1 || finding.line > lines || finding.message.isEmpty {
        fuzzFailure("a finding without place or message (\(finding))", bytes)
    }
    guard !report.isRefused else { return }
    let body = bytes.bindMemory(to: UInt8.self)
    var parser = ExpositionParser(body, format: format)
    do throws(ExpositionError) {
        while try parser.next() != nil {}
    } catch {
        fuzzFailure("the lint does not refuse what cannot be parsed (\(error))", bytes)
    }
}
