import GoTemplate
import Labels
import PromQL
import Time

/// What the templates of one pass see beside their sample. Made once a pass, and only for rules that have templates.
struct TemplateScope {
    static let queries = "queries"
    static let externalURL = "externalURL"

    private let environment: TemplateEnvironment
    private let settings: RuleSettings

    init(time: Int64, source: any QuerySource, settings: RuleSettings) {
        self.settings = settings
        var values: [String: TemplateValue] = [
            Self.queries: .object(TemplateQueries(source: source, time: time, options: settings.parserOptions))
        ]
        if settings.answersURLFunctions { values[Self.externalURL] = .string(settings.externalURL) }
        let (seconds, rest) = time.floorDivided(by: 1000)
        environment = TemplateEnvironment(
            now: Timestamp(seconds: seconds, nanoseconds: Int32(rest) * 1_000_000), values: values)
    }

    /// The text for a sample; nil with the reason when the template fails.
    func expand(_ template: Template, alert: String, _ element: VectorElement) -> Result<String, ExpansionError> {
        let data = AlertTemplateData(
            labels: element.labels, externalLabels: settings.externalLabels, externalURL: settings.externalURL, value: element.value)
        do throws(TemplateError) {
            return .success(try template.render(.object(data), environment: environment))
        } catch {
            return .failure(ExpansionError(text: "error executing template \(RuleTemplate.name(alert)): \(error.description)"))
        }
    }
}

/// Why a template gave no text.
struct ExpansionError: Error {
    let text: String
}

extension Int64 {
    /// The quotient towards negative infinity, and what remains, which is never negative.
    func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
