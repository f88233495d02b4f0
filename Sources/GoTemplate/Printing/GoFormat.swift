/// Go's `fmt` over template values.
///
/// ```swift
/// GoFormat.printf("%-5s|%05.1f", [.string("ab"), .float(2.25)])  // "ab   |002.2"
/// ```
public enum GoFormat {
    /// The most bytes that one call makes, so that no width or nesting exhausts the memory. What would come after is left out.
    static let maximumOutput = 32 << 20

    /// One value as `print` shows it, Go's `%v`.
    public static func print(_ value: TemplateValue) -> String { print([value]) }

    /// Go's `Sprint`: a space between neighbours of which neither is a string.
    public static func print(_ values: [TemplateValue]) -> String { sprint(values).plainText }

    /// Go's `Sprintln`: spaces between all, and a newline.
    public static func println(_ values: [TemplateValue]) -> String { sprintln(values).plainText }

    /// Go's `Sprintf`.
    public static func printf(_ format: String, _ values: [TemplateValue]) -> String { sprintf(.string(format), values).plainText }

    /// As `print`, with the bytes that are no UTF-8.
    static func sprint(_ values: [TemplateValue]) -> TemplateValue {
        if values.count == 1 {
            switch values[0] {
            case .string, .bytes: return values[0]
            default: break
            }
        }
        var printer = GoPrinter()
        printer.print(values)
        return printer.text
    }

    /// As `println`, with the bytes that are no UTF-8.
    static func sprintln(_ values: [TemplateValue]) -> TemplateValue {
        var printer = GoPrinter()
        printer.println(values)
        return printer.text
    }

    /// As `printf`, with the bytes that are no UTF-8.
    static func sprintf(_ format: TemplateValue, _ values: [TemplateValue]) -> TemplateValue {
        var printer = GoPrinter()
        printer.print(format: format.textBytes, values)
        return printer.text
    }

    /// Go's name of a value's type, as error texts and `%T` show it.
    public static func typeName(_ value: TemplateValue) -> String {
        switch value {
        case .missing, .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string, .bytes: "string"
        case .list: "[]interface {}"
        case .strings: "[]string"
        case .map: "map[string]interface {}"
        case .object(let object): object.goType
        }
    }

    /// Appends a value as a template's output shows it: as `print`, but nothing is `<no value>` and what a pointer points to is shown.
    static func append(_ value: TemplateValue, to output: inout GoTextBuffer) {
        switch value {
        case .string(let text): output.append(text)
        case .bytes(let bytes): output.append(bytes)
        case .missing, .null: output.append("<no value>")
        case .bool(let flag): output.append(flag ? "true" : "false")
        case .int(let number): output.append(number.description)
        case .object(let object):
            if let text = object.text { return output.append(text) }
            fallthrough
        default:
            var printer = GoPrinter()
            printer.show(value, "v", depth: 1)
            output.append(text: printer.text)
        }
    }

    /// What html, js and urlquery work on: Go's `Sprint` of the values as a template's output shows each.
    static func output(_ values: [TemplateValue]) -> TemplateValue {
        var output = GoTextBuffer()
        for (index, value) in values.enumerated() {
            if index > 0, !isText(value), !isText(values[index - 1]) { output.append(" ") }
            append(value, to: &output)
        }
        return output.value
    }

    /// Whether Go sees a string here once a template has made the value printable, which makes nothing a string too.
    private static func isText(_ value: TemplateValue) -> Bool {
        switch value {
        case .missing, .null: true
        default: GoPrinter.isString(value)
        }
    }
}
