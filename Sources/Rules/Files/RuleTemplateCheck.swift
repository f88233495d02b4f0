import GoTemplate

/// Parses the templates of an alerting rule as they will be at run time (reference 1.4).
struct RuleTemplateCheck {
    /// The alert's name, which parse errors tell.
    let alert: String

    /// The variables that stand in front of every template.
    private static let definitions =
        "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"

    /// Parsing asks a function's name alone; these know more than a parser has.
    private static let evaluated = TemplateFunctions(
        ["query", "first", "label", "value", "strvalue", "externalURL", "pathPrefix"].reduce(into: [:]) { functions, name in
            functions[name] = TemplateFunction([], variadic: .any) { (_, _) throws(TemplateFault) in
                throw TemplateFault("\(name) needs a rule that is evaluated")
            }
        })

    private static let templates = TemplateSet(functions: TemplateFunctions.builtins.merging(.prometheus).merging(evaluated))

    /// Why a text is no template; nil if it is one.
    func problem(in text: String) -> String? {
        do throws(TemplateError) {
            _ = try Self.templates.compile(Self.definitions + text, name: "__alert_" + alert)
            return nil
        } catch {
            return error.description
        }
    }
}
