import Labels
import PromQL
import PromQLTesting
import Rules

/// A sample as failures show it.
struct ShownSample: Equatable {
    /// Sorted by name.
    let labels: [NamedText]
    let value: Double

    init(labels: [NamedText], value: Double) {
        self.labels = labels
        self.value = value
    }

    /// Reads the labels that a test expects.
    init(_ expected: ExpectedSample) throws(QuerySourceError) {
        guard !expected.isHistogram else { throw QuerySourceError("native histograms are not supported") }
        do throws(NotationError) {
            // To a series the empty text is no metric; here it is no labels.
            let isEmpty = expected.labels.utf8.allSatisfy { $0 == UInt8(ascii: " ") }
            self.init(labels: isEmpty ? [] : try SeriesNotation.labels(expected.labels).namedTexts, value: expected.value)
        } catch {
            throw QuerySourceError("labels \(GoQuote.quote(expected.labels)): \(Self.syntaxError(expected.labels) ?? error.message)")
        }
    }

    /// What the parser of expressions says of it, which is what promtool says.
    private static func syntaxError(_ labels: String) -> String? {
        do throws(PromQLSyntaxError) {
            _ = try Expression.parse(labels)
            return nil
        } catch {
            return error.description
        }
    }

    /// `{a="b"} 1E+00`, several with commas between; `nil` for none.
    static func text(_ samples: [ShownSample]) -> String {
        guard !samples.isEmpty else { return "nil" }
        return samples.map { "\(NamedText.list($0.labels)) \(GoFloat.text($0.value, "E"))" }.joined(separator: ", ")
    }

    /// Whether they are the same. NaN equals nothing, itself included.
    static func areEqual(_ left: [ShownSample], _ right: [ShownSample], isFuzzy: Bool) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { left, right in
                guard left.labels == right.labels else { return false }
                return left.value == right.value || (isFuzzy && min(left.value, right.value).nextUp >= max(left.value, right.value))
            }
    }
}

extension ShownSample: Comparable {
    static func < (left: ShownSample, right: ShownSample) -> Bool { left.labels.lexicographicallyPrecedes(right.labels) }
}
