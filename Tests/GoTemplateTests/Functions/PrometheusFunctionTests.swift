import GoTemplate
import Testing
import Time

@Suite("Prometheus's functions")
struct PrometheusFunctionTests {
    private func check(_ name: String, _ rows: [(TemplateValue, String)], _ location: SourceLocation = #_sourceLocation) throws {
        let function = try #require(TemplateFunctions.prometheus[name], "no function \(name)")
        for (value, expected) in rows {
            let text: String
            do throws(TemplateFault) {
                text = GoFormat.print(try function.body([value], FunctionCalls.environment))
            } catch {
                text = "!" + error.message
            }
            #expect(text == expected, "\(name) \(GoFormat.print(value))", sourceLocation: location)
        }
    }

    @Test("humanize takes the prefix of a power of 1000, humanize1024 of 1024")
    func humanize() throws {
        try check(
            "humanize",
            [
                (.int(1_048_576), "1.049M"), (.int(0), "0"), (.float(0.0125), "12.5m"), (.int(999), "999"), (.string("-1500"), "-1.5k"),
                (.float(1e30), "1e+06Y"),
                (.float(.infinity), "+Inf"), (.string("x"), "!strconv.ParseFloat: parsing \"x\": invalid syntax"),
                (.list([]), "!can't convert []interface {} to float"),
            ])
        try check(
            "humanize1024", [(.int(1_048_576), "1Mi"), (.int(1), "1"), (.float(0.5), "0.5"), (.int(1536), "1.5ki"), (.float(.nan), "NaN")])
        try check("humanizePercentage", [(.float(0.959), "95.9%"), (.float(1234.5), "1.234e+05%"), (.int(1), "100%")])
        try check("humanizeDuration", [(.float(135.3563), "2m 15s")])
    }

    @Test("times and durations from seconds")
    func times() throws {
        try check(
            "humanizeTimestamp",
            [
                (.int(1_643_114_203), "2022-01-25 12:36:43 +0000 UTC"), (.float(1.5), "1970-01-01 00:00:01.5 +0000 UTC"),
                (.float(.nan), "NaN"),
                (.float(1e300), "!1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64"),
            ])
        try check("toTime", [(.float(60.1239), "1970-01-01 00:01:00.123 +0000 UTC"), (.float(.infinity), "!value is NaN or Inf")])
        try check("toDuration", [(.int(90), "1m30s"), (.float(0.5), "500ms"), (.float(.nan), "!value is NaN or Inf")])
        try check(
            "parseDuration",
            [(.string("2h10m15s"), "7815"), (.string("-90s"), "-90"), (.string("1x"), "!unknown unit \"x\" in duration \"1x\"")])
        let now = try #require(TemplateFunctions.prometheus["now"])
        #expect(GoFormat.print(try now.body([], FunctionCalls.environment)) == "1.75e+09")
    }

    @Test("addresses lose their port or their domain")
    func addresses() throws {
        try check(
            "stripPort",
            [
                (.string("host:9090"), "host"), (.string("[::1]:9"), "::1"), (.string("host"), "host"), (.string("::1"), "::1"),
                (.string("[::1]"), "[::1]"),
                (.string(":80"), ""),
            ])
        try check(
            "stripDomain",
            [
                (.string("a.example.org"), "a"), (.string("a.example.org:9090"), "a:9090"), (.string("10.0.0.1:9"), "10.0.0.1:9"),
                (.string("10.0.0.1"), "10.0.0.1"),
                (.string("[::1]:9"), "[::1]:9"), (.string("host"), "host"),
            ])
    }

    @Test("links hold the expression, escaped")
    func links() throws {
        try check("graphLink", [(.string("up == 0"), "/graph?g0.expr=up+%3D%3D+0&g0.tab=0")])
        try check("tableLink", [(.string("up"), "/graph?g0.expr=up&g0.tab=1")])
        try check("urlQueryEscape", [(.string("a b/é"), "a+b%2F%C3%A9")])
    }

    @Test("title raises the first letters and lowers none")
    func title() throws {
        try check("title", [(.string("aa bB CC-dd e_f 1g éa"), "Aa BB CC-Dd E_f 1g Éa")])
    }

    @Test("args numbers its arguments, sortByLabel orders samples by a label")
    func collections() throws {
        try check("args", [(.int(5), "map[arg0:5]")])
        func sample(_ job: String, _ number: Int64) -> TemplateValue {
            .map(["Labels": .map(["job": .string(job)]), "Value": .int(number)])
        }
        let function = try #require(TemplateFunctions.prometheus["sortByLabel"])
        let sorted = try function.body(
            [.string("job"), .list([sample("b", 1), sample("a", 2), sample("b", 3), .map([:])])], FunctionCalls.environment)
        let jobs = [".", "a2", "b1", "b3"]
        guard case .list(let samples) = sorted else {
            Issue.record("no list")
            return
        }
        let shown = samples.map { sample in
            guard case .map(let entries) = sample, case .map(let labels)? = entries["Labels"] else { return "." }
            return GoFormat.print([labels["job"] ?? .null, entries["Value"] ?? .null])
        }
        #expect(shown == jobs)
    }
}
