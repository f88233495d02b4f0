extension Executor {
    /// `range`
    mutating func loop(_ node: BranchNode, _ dot: Binding) throws(TemplateError) -> Flow {
        let value = try evaluate(node.pipeline, dot)
        let isEmpty: Bool
        switch value {
        case .missing, .null: isEmpty = true
        case .list(let elements):
            isEmpty = elements.isEmpty
            for (index, element) in elements.enumerated() {
                guard try iterate(node, .int(Int64(index)), Binding(value: element, isInterface: true)) else { break }
            }
        case .strings(let elements):
            isEmpty = elements.isEmpty
            for (index, element) in elements.enumerated() {
                guard try iterate(node, .int(Int64(index)), Binding(value: .string(element))) else { break }
            }
        case .map(let entries):
            isEmpty = entries.isEmpty
            for key in entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                guard try iterate(node, .string(key), Binding(value: entries[key] ?? .null, isInterface: true)) else { break }
            }
        case .int(let number): isEmpty = try count(to: number, node)
        case .object(let object): isEmpty = try loop(over: object, node)
        case .bool, .float, .string, .bytes: throw cannotIterate(value)
        }
        guard isEmpty, let otherwise = node.otherwise else { return .normal }
        return try walk(otherwise, dot)
    }

    private mutating func loop(over object: any TemplateObject, _ node: BranchNode) throws(TemplateError) -> Bool {
        switch object.kind {
        case .list:
            let count = object.count
            for index in 0..<max(count, 0) {
                guard try iterate(node, .int(Int64(index)), Binding(value: object.element(at: index))) else { break }
            }
            return count == 0
        case .map:
            let keys = object.keys
            let isInterface = object.zeroElement.isNull
            for key in keys {
                guard try iterate(node, .string(key), Binding(value: object.value(forKey: key) ?? .null, isInterface: isInterface)) else {
                    break
                }
            }
            return keys.isEmpty
        case .basic:
            guard case .int(let count) = object.basic else { throw cannotIterate(.object(object)) }
            return try self.count(to: count, node)
        case .structure: throw cannotIterate(.object(object))
        }
    }

    /// Go 1.22: a range over an integer.
    private mutating func count(to count: Int64, _ node: BranchNode) throws(TemplateError) -> Bool {
        guard node.pipeline.variables.count < 2 else { throw failure("can't use \(count) to iterate over more than one variable") }
        var number: Int64 = 0
        while number < count {
            guard try iterate(node, .int(number), Binding(value: .int(number))) else { break }
            number += 1
        }
        return count <= 0
    }

    /// Runs the body once; false when it broke the loop.
    private mutating func iterate(_ node: BranchNode, _ index: TemplateValue, _ element: Binding) throws(TemplateError) -> Bool {
        try spend(1)
        let names = node.pipeline.variables
        if node.pipeline.isAssignment {
            if names.count == 1 {
                try assign(names[0].name, element)
            } else if names.count == 2 {
                try assign(names[0].name, Binding(value: index))
                try assign(names[1].name, element)
            }
        } else if !names.isEmpty {
            setVariable(fromEnd: 0, element)
            if names.count == 2 { setVariable(fromEnd: 1, Binding(value: index)) }
        }
        let count = variableCount
        let flow = try walk(node.body, element)
        forgetVariables(after: count)
        return flow != .breakLoop
    }

    private func cannotIterate(_ value: TemplateValue) -> TemplateError {
        var text = GoFormat.print(value)
        // Go has followed the pointer.
        if case .object(let object) = value, object.goType.hasPrefix("*"), text.hasPrefix("&") { text.removeFirst() }
        // The value may be a text of megabytes.
        let shown = text.utf8.count > 1000 ? text.prefix(1000) + "..." : text[...]
        return failure("range can't iterate over \(shown)")
    }
}

extension TemplateValue {
    /// Whether it is no value.
    var isNull: Bool {
        switch self {
        case .missing, .null: true
        default: false
        }
    }
}
