import GoTemplate
import Testing
import Time

/// Calls functions and methods as the engine does once it has checked the arguments.
enum FunctionCalls {
    static let functions = TemplateFunctions.builtins.merging(.shared)
    /// Noon on a summer day, in a zone ahead of UTC.
    static let environment = TemplateEnvironment(now: Timestamp(seconds: 1_750_000_000), local: Zone(utcOffset: 7200))

    static func value(_ name: String, _ arguments: TemplateValue...) throws -> TemplateValue {
        let function = try #require(functions[name], "no function \(name)")
        return try function.body(arguments, environment)
    }

    /// What `print` shows of the result, or the error's text after an exclamation mark.
    static func text(_ name: String, _ arguments: [TemplateValue]) throws -> String {
        let function = try #require(functions[name], "no function \(name)")
        do throws(TemplateFault) {
            return GoFormat.print(try function.body(arguments, environment))
        } catch {
            return "!" + error.message
        }
    }

    static func method(_ receiver: any TemplateObject, _ name: String, _ arguments: TemplateValue...) throws -> TemplateValue {
        let method = try #require(receiver.method(name), "no method \(name)")
        return try method.body(arguments, environment)
    }

    /// Checks a table of arguments and printed results.
    static func check(_ name: String, _ rows: [([TemplateValue], String)], _ location: SourceLocation = #_sourceLocation) throws {
        for (arguments, expected) in rows {
            #expect(try text(name, arguments) == expected, "\(name) \(GoFormat.print(arguments))", sourceLocation: location)
        }
    }
}
