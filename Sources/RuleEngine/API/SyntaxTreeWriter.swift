import JSON
import Labels
import PromQL

/// An expression as `parse_query` gives it: nested objects with a `type` each.
enum SyntaxTreeWriter {
    static func write(_ expression: PromQL.Expression, into json: inout JSONWriter) {
        json.beginObject()
        json.key("type")
        switch expression {
        case .number(let literal):
            json.string("numberLiteral")
            json.key("val")
            json.string(GoFloat.text(literal.value, "f"))
        case .string(let literal):
            json.string("stringLiteral")
            json.key("val")
            json.string(literal.value)
        case .vectorSelector(let selector):
            json.string("vectorSelector")
            write(selector, into: &json)
        case .matrixSelector(let matrix):
            json.string("matrixSelector")
            json.key("range")
            json.integer(milliseconds(matrix.window))
            write(matrix.selector, into: &json)
        case .subquery(let subquery):
            json.string("subquery")
            json.key("expr")
            write(subquery.expression, into: &json)
            json.key("range")
            json.integer(milliseconds(subquery.window))
            json.key("step")
            json.integer(subquery.step.map(milliseconds) ?? 0)
            write(subquery.modifiers, into: &json)
        case .unary(let unary):
            json.string("unaryExpr")
            json.key("op")
            json.string(unary.isNegation ? "-" : "+")
            json.key("expr")
            write(unary.operand, into: &json)
        case .binary(let binary): write(binary, into: &json)
        case .aggregation(let aggregation): write(aggregation, into: &json)
        case .call(let call): write(call, into: &json)
        case .parentheses(let parentheses):
            json.string("parenExpr")
            json.key("expr")
            write(parentheses.expression, into: &json)
        }
        json.endObject()
    }

    private static func write(_ binary: BinaryExpression, into json: inout JSONWriter) {
        json.string("binaryExpr")
        json.key("op")
        json.string(binary.op.rawValue)
        json.key("lhs")
        write(binary.left, into: &json)
        json.key("rhs")
        write(binary.right, into: &json)
        json.key("matching")
        if let matching = binary.matching {
            json.beginObject()
            json.key("card")
            json.string(cardinality(matching.cardinality))
            json.key("labels")
            strings(matching.labels, into: &json)
            json.key("on")
            json.bool(matching.isOn)
            json.key("include")
            strings(matching.include, into: &json)
            json.endObject()
        } else {
            json.null()
        }
        json.key("bool")
        json.bool(binary.returnsBool)
    }

    private static func write(_ aggregation: Aggregation, into json: inout JSONWriter) {
        json.string("aggregation")
        json.key("op")
        json.string(aggregation.op.rawValue)
        json.key("expr")
        write(aggregation.argument, into: &json)
        json.key("param")
        if let parameter = aggregation.parameter { write(parameter, into: &json) } else { json.null() }
        json.key("grouping")
        strings(aggregation.grouping, into: &json)
        json.key("without")
        json.bool(aggregation.isWithout)
    }

    private static func write(_ call: Call, into json: inout JSONWriter) {
        json.string("call")
        json.key("func")
        json.beginObject()
        json.key("name")
        json.string(call.function.name)
        json.key("argTypes")
        strings(call.function.argumentTypes.map(\.rawValue), into: &json)
        json.key("variadic")
        json.integer(call.function.variadic)
        json.key("returnType")
        json.string(call.function.returnType.rawValue)
        json.endObject()
        json.key("args")
        json.beginArray()
        for argument in call.arguments { write(argument, into: &json) }
        json.endArray()
    }

    private static func write(_ selector: VectorSelector, into json: inout JSONWriter) {
        json.key("name")
        json.string(selector.name ?? "")
        write(selector.modifiers, into: &json)
        json.key("matchers")
        json.beginArray()
        for matcher in selector.matchers {
            json.beginObject()
            json.key("name")
            json.string(matcher.name)
            json.key("value")
            json.string(matcher.value)
            json.key("type")
            json.string(matcher.operation.symbol)
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ modifiers: TimeModifiers, into json: inout JSONWriter) {
        json.key("offset")
        json.integer(modifiers.offset.map(milliseconds) ?? 0)
        json.key("timestamp")
        if case .time(let time)? = modifiers.at { json.integer(time) } else { json.null() }
        json.key("startOrEnd")
        switch modifiers.at {
        case .start: json.string("start")
        case .end: json.string("end")
        case .time, nil: json.null()
        }
    }

    private static func strings(_ texts: [String], into json: inout JSONWriter) {
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    private static func cardinality(_ cardinality: MatchCardinality) -> String {
        switch cardinality {
        case .oneToOne: "one-to-one"
        case .manyToOne: "many-to-one"
        case .oneToMany: "one-to-many"
        case .manyToMany: "many-to-many"
        }
    }

    /// Durations that depend on the query's step or range have none here.
    private static func milliseconds(_ duration: DurationExpression) -> Int64 { (try? duration.milliseconds(step: 0, range: 0)) ?? 0 }
}
