extension RuleTestReport {
    /// The report as JUnit's XML, which build servers read.
    public var junit: String {
        var text = "<testsuites>\n"
        for suite in suites {
            let failures = suite.cases.count { !$0.failures.isEmpty }
            text += "\t<testsuite name=\"\(Self.escaped(suite.name))\" tests=\"\(suite.cases.count)\" failures=\"\(failures)\""
            text += " errors=\"\(suite.error == nil ? 0 : 1)\">\n"
            for test in suite.cases {
                text += "\t\t<testcase name=\"\(Self.escaped(test.name))\">\n"
                for failure in test.failures { text += "\t\t\t<failure>\(Self.escaped(failure))</failure>\n" }
                text += "\t\t</testcase>\n"
            }
            if let error = suite.error {
                text += "\t\t<testcase name=\"\">\n\t\t\t<error>\(Self.escaped(error))</error>\n\t\t</testcase>\n"
            }
            text += "\t</testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    /// XML has no way to write most control characters: they become replacement characters.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&#34;"
            case "\t": result += "&#x9;"
            case "\n": result += "&#xA;"
            case "\r": result += "&#xD;"
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
