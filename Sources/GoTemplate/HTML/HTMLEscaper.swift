/// Contextual escaping: html/template's pass over parsed templates (reference 8.1).
///
/// It follows the HTML around every action and ends the action's pipeline with functions that make its value safe exactly there. A template
/// that is called in several contexts gets a version for each. Values cannot be printed into scripts, style sheets and lists of URLs; text may
/// contain those.
enum HTMLEscaper {
    /// The definitions that a template needs, escaped, under the names that the calls in them use.
    ///
    /// Throws when the context of an action is unknown or values cannot be made safe there.
    static func escape(_ definitions: [String: TemplateDefinition], entry: String) throws(TemplateError) -> [String: TemplateDefinition] {
        guard let root = definitions[entry] else { return [:] }
        var pass = HTMLEscapingPass(definitions, root)
        let end = try pass.escapeTemplate(root, in: HTMLContext())
        guard end.state == .text || end.state == .unreachable else {
            throw TemplateError(.escape, name: entry, message: "ends in a non-text context: \(end)")
        }
        return pass.escaped
    }
}
