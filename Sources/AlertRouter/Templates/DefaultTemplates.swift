/// The templates that every configuration starts with, under Alertmanager's names (reference 8.4). The texts are our own.
enum DefaultTemplates {
    /// Each file's name with its text, in the order of adding.
    static let files: [(name: String, text: String)] = [("default.tmpl", text)]

    private static let text = """
        {{ define "__alertmanager" }}Alertmanager{{ end }}
        """
}
