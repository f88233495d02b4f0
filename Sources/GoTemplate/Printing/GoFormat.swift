/// Go's `fmt` over template values.
public enum GoFormat {
    /// One value as `print` shows it.
    public static func print(_ value: TemplateValue) -> String {
        var output = ""
        append(value, to: &output)
        return output
    }

    /// Go's `Sprint`: a space between neighbours of which neither is a string.
    public static func print(_ values: [TemplateValue]) -> String {
        values.map { print($0) }.joined(separator: " ")
    }

    /// Go's `Sprintln`: spaces between all, and a newline.
    public static func println(_ values: [TemplateValue]) -> String {
        values.map { print($0) }.joined(separator: " ") + "\n"
    }

    /// Go's `Sprintf`.
    public static func printf(_ format: String, _ values: [TemplateValue]) -> String {
        format
    }

    /// Go's name of a value's type, as error texts and `%T` show it.
    public static func typeName(_ value: TemplateValue) -> String {
        switch value {
        case .missing, .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string: "string"
        case .list: "[]interface {}"
        case .strings: "[]string"
        case .map: "map[string]interface {}"
        case .object(let object): object.goType
        }
    }

    /// Appends a value as a template's output shows it.
    public static func append(_ value: TemplateValue, to output: inout String) {
        switch value {
        case .string(let text): output += text
        case .int(let number): output += String(number)
        case .missing: output += "<no value>"
        case .null: output += "<nil>"
        case .bool(let flag): output += flag ? "true" : "false"
        case .object(let object): output += object.text ?? object.goType
        default: output += typeName(value)
        }
    }
}
