/// Series that stand twice, and values that cannot be.
extension LintFamily {
    func checkSeries(_ findings: inout LintFindings) {
        var first: [[String]: Int] = [:]
        for sample in samples {
            let key = [sample.name] + sample.identity()
            if let line = first[key] {
                findings.add(
                    .duplicateSeries, line: sample.line, metric: name,
                    "\(sample.shown()) stands twice, first at line \(line): Prometheus keeps one of the values; write each series once")
            } else {
                first[key] = sample.line
            }
        }
    }

    func checkValues(_ findings: inout LintFindings) {
        for sample in samples {
            switch type {
            case .counter: checkCounter(sample, &findings)
            case .gauge, .unknown, nil: checkGauge(sample, &findings)
            case .info:
                if sample.name != name + "_info" { tellForeign(sample, "\(name)_info", &findings) } else { checkInfo(sample, &findings) }
            case .stateset:
                if sample.value != 0, sample.value != 1 {
                    findings.add(.infoValue, line: sample.line, metric: name, "a state is 0 or 1, not \(sample.value)")
                }
            case .histogram, .gaugehistogram, .summary: break
            }
        }
    }

    private func checkCounter(_ sample: LintSample, _ findings: inout LintFindings) {
        guard !sample.name.hasSuffix("_created") || sample.name == name else { return }
        if format == .openMetrics, sample.name == name, !name.hasSuffix("_total") { tellForeign(sample, "\(name)_total", &findings) }
        if sample.value < 0 {
            findings.add(
                .negativeCounter, line: sample.line, metric: name,
                "\(sample.shown()) is \(TextFormat.number(sample.value)): a counter begins at 0 and only grows; say gauge if it can fall")
        } else if !sample.value.isFinite {
            findings.add(
                .notANumber, line: sample.line, metric: name,
                "\(sample.shown()) is \(TextFormat.number(sample.value)): a counter is a finite number; show 0 where nothing happened")
        }
    }

    private func checkGauge(_ sample: LintSample, _ findings: inout LintFindings) {
        if name.hasSuffix("_info") { checkInfo(sample, &findings) }
        // The year 5138 in seconds, 1973 in milliseconds.
        let isTime = name.hasSuffix("_timestamp_seconds") || name.hasSuffix("_time_seconds")
        if isTime, sample.value > 1e11, sample.value.isFinite {
            findings.add(
                .milliseconds, line: sample.line, metric: name,
                "\(TextFormat.number(sample.value)) is no time in seconds since 1970, but could be milliseconds or less: divide it")
        }
    }

    private func checkInfo(_ sample: LintSample, _ findings: inout LintFindings) {
        guard sample.value != 1 else { return }
        findings.add(
            .infoValue, line: sample.line, metric: name,
            "a metric that ends in \"_info\" tells by its labels and has the value 1, not \(TextFormat.number(sample.value))")
    }

    /// A sample whose name its family does not have.
    func tellForeign(_ sample: LintSample, _ expected: String, _ findings: inout LintFindings) {
        findings.add(
            .foreignSample, line: sample.line, metric: name,
            "\(sample.name) is no sample of a \(type?.rawValue ?? "metric") named \(name): it has \(expected)")
    }
}
