import Labels
import PromQL

/// What must hold for any text given to the PromQL parser:
/// - parsing ends, with a tree whose nodes lie in the text and inside their parents, or with an error that has a place in the text;
/// - the printed tree, on one line or on several, parses to the same print, type and matchers;
/// - what is read without experiments is read the same with them.
public func fuzzPromQL(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    let stable = Result { () throws(PromQLSyntaxError) in try Expression.parse(text) }
    let all = Result { () throws(PromQLSyntaxError) in try Expression.parse(text, options: .all) }
    if case .success(let expression) = stable, (try? all.get())?.description != expression.description {
        fuzzFailure("experiments change a stable expression", bytes)
    }
    switch all {
    case .failure(let error): check(error, in: text, bytes)
    case .success(let expression):
        let whole = SourceRange(0, text.utf8.count)
        if !holds(expression, inside: whole, depth: 1) { fuzzFailure("a node lies outside of its parent, or too deep", bytes) }
        check(expression, bytes)
    }
    do throws(PromQLSyntaxError) {
        _ = try Expression.parseSelector(text)
    } catch {
        check(error, in: text, bytes)
    }
}

private func check(_ error: PromQLSyntaxError, in text: String, _ bytes: UnsafeRawBufferPointer) {
    let count = text.utf8.count
    let isInside = error.range.start >= 0 && error.range.start <= error.range.end && error.range.end <= count
    let place = error.range.position(in: text)
    if !isInside || place.line != error.line || place.column != error.column || error.message.isEmpty {
        fuzzFailure("an error without place or message (\(error))", bytes)
    }
}

private func check(_ expression: Expression, _ bytes: UnsafeRawBufferPointer) {
    let printed = expression.description
    for text in [printed, expression.pretty()] {
        guard let again = try? Expression.parse(text, options: .all) else {
            fuzzFailure("a printed expression does not parse (\(text.debugDescription))", bytes)
            return
        }
        if again.description != printed { fuzzFailure("a printed expression prints differently (\(text.debugDescription))", bytes) }
        if again.type != expression.type { fuzzFailure("a printed expression has another type (\(text.debugDescription))", bytes) }
        if selectors(again) != selectors(expression) { fuzzFailure("a printed expression selects other series", bytes) }
    }
}

private func holds(_ expression: Expression, inside outer: SourceRange, depth: Int) -> Bool {
    let range = expression.range
    guard range.start >= outer.start, range.start < range.end, range.end <= outer.end, depth <= Expression.maximumDepth else {
        return false
    }
    return expression.children.allSatisfy { holds($0, inside: range, depth: depth + 1) }
}

/// The matchers of every selector, each list sorted as printing sorts it.
private func selectors(_ expression: Expression) -> [[Matcher]] {
    switch expression {
    case .vectorSelector(let selector): [selector.matchers.sorted()]
    case .matrixSelector(let matrix): [matrix.selector.matchers.sorted()]
    default: expression.children.flatMap(selectors)
    }
}
