extension Executor {
    /// What a function gives.
    mutating func call(_ callee: TemplateCallee, _ name: String, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        switch callee {
        case .and: return try connect(name, until: false, arguments)
        case .or: return try connect(name, until: true, arguments)
        case .function(let function): return try call(function, name, arguments)
        }
    }

    /// `and` and `or`: the first operand that decides, or the last one.
    private mutating func connect(_ name: String, until decisive: Bool, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let operands = arguments.operands.dropFirst()
        guard !operands.isEmpty || arguments.final != nil else { throw failure("wrong number of args for \(name): want at least 1 got 0") }
        var value = TemplateValue.missing
        for operand in operands {
            value = try argument(operand, arguments.dot, .any)
            if value.isTrue == decisive { return value }
        }
        return arguments.final ?? value
    }

    private mutating func call(_ function: TemplateFunction, _ name: String, _ arguments: Arguments) throws(TemplateError) -> TemplateValue
    {
        let operands = arguments.operands.dropFirst()
        let fixed = function.parameters.count
        let given = operands.count + (arguments.final == nil ? 0 : 1)
        if function.variadic != nil {
            guard given >= fixed else { throw failure("wrong number of args for \(name): want at least \(fixed) got \(operands.count)") }
        } else if given != fixed {
            throw failure("wrong number of args for \(name): want \(fixed) got \(given)")
        }
        var values: [TemplateValue] = []
        values.reserveCapacity(given)
        for operand in operands { values.append(try argument(operand, arguments.dot, type(of: values.count, in: function))) }
        if let final = arguments.final { values.append(try check(final, type(of: values.count, in: function))) }
        try weigh(values)
        let result: Result<TemplateValue, TemplateFault>
        do throws(TemplateFault) { result = .success(try function.body(values, environment)) } catch { result = .failure(error) }
        switch result {
        case .success(let value):
            if let length = value.textLength { try spend(making: length) }
            return value
        case .failure(let fault):
            mark = arguments.caller
            throw failure("error calling \(name): \(fault.message)")
        }
    }

    /// The declared type of an argument.
    private func type(of position: Int, in function: TemplateFunction) -> TemplateParameter {
        position < function.parameters.count ? function.parameters[position] : function.variadic ?? .any
    }

    // MARK: Types

    /// The value as an argument of a type.
    func check(_ value: TemplateValue, _ type: TemplateParameter) throws(TemplateError) -> TemplateValue {
        switch (type, value) {
        case (_, .missing):
            guard let none = type.none else { throw failure("invalid value; expected \(type.goName)") }
            return none
        case (.any, _), (.string, .string), (.string, .bytes), (.int, .int), (.float, .float), (.bool, .bool), (.strings, .strings),
            (.list, .list):
            return value
        case (.type(let name), .object(let object)) where object.goType == name: return value
        case (.strings, .object(let object)) where object.kind == .list:
            // A named slice of strings is one.
            if let strings = object.strings { return strings }
        default: break
        }
        let found = if case .null = value { "interface {}" } else { GoFormat.typeName(value) }
        throw failure("wrong type for value; expected \(type.goName); got \(found)")
    }

    // MARK: Sizes

    /// Counts what a call's arguments weigh and refuses more than a result may weigh.
    private mutating func weigh(_ values: [TemplateValue]) throws(TemplateError) {
        var bytes = 0
        for value in values {
            bytes += try weigh(value)
            guard bytes <= limits.outputBytes else { throw tooLong }
        }
    }

    /// The bytes of the strings in a value, and one for each element; counts elements as steps.
    mutating func weigh(_ value: TemplateValue, depth: Int = 0) throws(TemplateError) -> Int {
        switch value {
        case .missing, .null, .bool, .int, .float, .object: return 0
        case .string(let text): return text.utf8.count
        case .bytes(let bytes): return bytes.count
        case .strings(let elements):
            try spend(elements.count)
            return elements.reduce(elements.count) { $0 + $1.utf8.count }
        case .list(let elements):
            try spend(elements.count)
            return try elements.count + weigh(elements, depth)
        case .map(let entries):
            try spend(entries.count)
            return try entries.keys.reduce(entries.count) { $0 + $1.utf8.count } + weigh(entries.values, depth)
        }
    }

    private mutating func weigh(_ elements: some Sequence<TemplateValue>, _ depth: Int) throws(TemplateError) -> Int {
        guard depth < Self.maximumValueDepth else {
            throw failure("values nested too deeply: more than \(Self.maximumValueDepth) levels", .limit)
        }
        var bytes = 0
        for element in elements {
            bytes += try weigh(element, depth: depth + 1)
            // The same element may be in a list many times, and so on inside of it.
            guard bytes <= limits.outputBytes else { throw tooLong }
        }
        return bytes
    }

    /// Counts what making a string costs.
    private mutating func spend(making length: Int) throws(TemplateError) {
        guard length <= limits.outputBytes else { throw tooLong }
        try spend(length / 8)
    }

    private var tooLong: TemplateError { failure("values are longer than \(limits.outputBytes) bytes", .limit) }
}

extension TemplateParameter {
    /// Go's name of the type.
    var goName: String {
        switch self {
        case .any: "interface {}"
        case .string: "string"
        case .int: "int"
        case .float: "float64"
        case .bool: "bool"
        case .strings: "[]string"
        case .list: "[]interface {}"
        case .type(let name): name
        }
    }

    /// What `nil` is as this type; nil when it can't be.
    var none: TemplateValue? {
        switch self {
        case .any: .null
        case .strings: .strings([])
        case .list: .list([])
        case .string, .int, .float, .bool, .type: nil
        }
    }
}

extension TemplateObject {
    /// The elements of a list of strings; nil when it has others.
    fileprivate var strings: TemplateValue? {
        var strings: [TemplateValue] = []
        for index in 0..<count {
            let element = element(at: index)
            switch element {
            case .string, .bytes: strings.append(element)
            default: return nil
            }
        }
        return GoStrings.value(of: strings)
    }
}
