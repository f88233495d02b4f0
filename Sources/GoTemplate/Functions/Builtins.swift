extension TemplateFunctions {
    /// The functions of Go's `text/template` itself, but `and` and `or`, which the engine evaluates: they skip operands.
    public static let builtins = TemplateFunctions([
        "print": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in try bounded(GoFormat.print(values)) },
        "println": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in try bounded(GoFormat.println(values)) },
        "printf": TemplateFunction([.string], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(GoFormat.printf(values[0].plainText, Array(values.dropFirst())))
        },
        "html": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(TextEscaper.html(GoFormat.output(values)))
        },
        "js": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(TextEscaper.javaScript(GoFormat.output(values)))
        },
        "urlquery": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(TextEscaper.urlQuery(GoFormat.output(values)))
        },
        "len": TemplateFunction([.any]) { (values, _) throws(TemplateFault) in .int(Int64(try Indexing.length(values[0]))) },
        "index": TemplateFunction([.any], variadic: .any) { (values, _) throws(TemplateFault) in
            try Indexing.index(values[0], values.dropFirst())
        },
        "slice": TemplateFunction([.any], variadic: .any) { (values, _) throws(TemplateFault) in
            try Indexing.slice(values[0], values.dropFirst())
        },
        "call": TemplateFunction([.any], variadic: .any) { (values, _) throws(TemplateFault) in
            // Template values are never functions, so there is nothing that could be called.
            guard !values[0].isNil else { throw TemplateFault("call of nil") }
            throw TemplateFault("non-function of type \(GoFormat.typeName(values[0]))")
        },
        "not": TemplateFunction([.any]) { values, _ in .bool(!values[0].isTrue) },
        "eq": TemplateFunction([.any], variadic: .any) { (values, _) throws(TemplateFault) in
            .bool(try Comparison.equal(values[0], toAnyOf: values.dropFirst()))
        },
        "ne": TemplateFunction([.any, .any]) { (values, _) throws(TemplateFault) in
            .bool(try !Comparison.equal(values[0], toAnyOf: values.dropFirst()))
        },
        "lt": TemplateFunction([.any, .any]) { (values, _) throws(TemplateFault) in .bool(try Comparison.isLess(values[0], values[1])) },
        "le": TemplateFunction([.any, .any]) { (values, _) throws(TemplateFault) in .bool(try Comparison.isAtMost(values[0], values[1])) },
        "gt": TemplateFunction([.any, .any]) { (values, _) throws(TemplateFault) in .bool(try !Comparison.isAtMost(values[0], values[1])) },
        "ge": TemplateFunction([.any, .any]) { (values, _) throws(TemplateFault) in .bool(try !Comparison.isLess(values[0], values[1])) },
    ])

    /// A string that a function made, unless it is so long that a template can only want to exhaust the memory.
    static func bounded(_ text: String) throws(TemplateFault) -> TemplateValue {
        guard text.utf8.count < GoFormat.maximumOutput else {
            throw TemplateFault("result of \(text.utf8.count) bytes: at most \(GoFormat.maximumOutput) are allowed; shorten it")
        }
        return .string(text)
    }
}

extension TemplateValue {
    /// The string of an argument that was declared as one.
    var plainText: String {
        switch self {
        case .string(let text): text
        case .object(let object): object.basic?.plainText ?? ""
        default: ""
        }
    }

    /// Whether it is no value.
    var isNil: Bool {
        switch self {
        case .missing, .null: true
        default: false
        }
    }
}
