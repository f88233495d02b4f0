extension TemplateFunctions {
    /// The functions of Go's `text/template` itself, but `and` and `or`, which the engine evaluates: they skip operands.
    public static let builtins = TemplateFunctions([
        "print": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in try bounded(GoFormat.sprint(values)) },
        "println": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in try bounded(GoFormat.sprintln(values)) },
        "printf": TemplateFunction([.string], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(GoFormat.sprintf(values[0], Array(values.dropFirst())))
        },
        "html": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(GoFormat.output(values).mappingText(TextEscaper.html))
        },
        "js": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(GoFormat.output(values).mappingText(TextEscaper.javaScript))
        },
        "urlquery": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            try bounded(.string(TextEscaper.urlQuery(GoFormat.output(values))))
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
    static func bounded(_ text: TemplateValue) throws(TemplateFault) -> TemplateValue {
        let length = text.textLength ?? 0
        guard length < GoFormat.maximumOutput else {
            throw TemplateFault("result of \(length) bytes: at most \(GoFormat.maximumOutput) are allowed; shorten it")
        }
        return text
    }
}

extension TemplateValue {
    /// Whether it is no value.
    var isNil: Bool {
        switch self {
        case .missing, .null: true
        default: false
        }
    }
}
