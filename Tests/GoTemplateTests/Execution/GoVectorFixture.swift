import GoTemplate
import Time

/// Functions and data for vectors that need the whole table of functions; those of the fixture take cut strings too.
enum GoVectorFixture {
    static let set = TemplateSet(
        functions: TemplateFixture.functions.merging(.shared).merging(.builtins).merging(
            TemplateFunctions([
                "t": TemplateFunction([]) { _, _ in
                    .object(GoTime(Timestamp(unixNanoseconds: 1_700_000_000_123_456_789), zone: .utc))
                }
            ])))

    private static let data = TemplateValue.map([
        "L": .object(TestLabels(entries: ["a": "日本", "b": "é"])), "Tags": .strings(["x", "日"]),
    ])

    /// What a text gives, `H:` before one that is HTML; or that it failed.
    static func output(_ text: String) -> String {
        let isHTML = text.hasPrefix("H:")
        do throws(TemplateError) {
            return try set.compile(isHTML ? String(text.dropFirst(2)) : text, name: "t", escaping: isHTML ? .html : .none)
                .render(data, environment: TemplateFixture.environment)
        } catch {
            return "failed: \(error)"
        }
    }
}
