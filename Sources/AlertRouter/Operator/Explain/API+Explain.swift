import AlertCore
import AlertStorage
import JSON
import Labels
import Time
import WebServer

extension API {
    /// Alerts that one answer explains at most.
    private static let explainedAtMost = 20

    /// GET `explain`: why the alerts that `filter` or `fingerprint` names are, or are not, told. Without any such alert, present or past, and with
    /// nothing but equality matchers: why one with these labels would not be. Alerts that rules of this process hold are found even before they fire.
    func getExplanations(_ query: QueryParameters) async throws(OperatorError) -> WebResponse {
        let matchers: [Matcher]
        do throws(RequestError) {
            matchers = try matcherParser.filters(query)
        } catch {
            throw OperatorError(status: 400, message: "filter: \(error)", advice: "write it like alertname=\"Down\"")
        }
        guard !matchers.isEmpty else {
            throw OperatorError(status: 400, message: "filter is missing", advice: "say which alert: filter=alertname=\"Down\"")
        }
        let explainer = access.ruleLink.currentExplainer
        var found = labelSets(matching: Matchers(matchers))
        let known = Set(found)
        found += (explainer?.alerts(matching: Matchers(matchers)) ?? []).filter { !known.contains($0) }
        let past = try await pastLabelSets(matching: Matchers(matchers), beside: found)
        found += past
        if found.isEmpty {
            guard matchers.allSatisfy({ $0.operation == .equal }) else {
                throw OperatorError(
                    status: 404, message: "no alert matches \(Matchers(matchers)), neither now nor in history",
                    advice: "to ask about one that never arrived, give its labels with =")
            }
            found = [LabelSet(matchers.map { ($0.name, $0.value) })]
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("alerts")
        json.beginArray()
        for labels in found.prefix(Self.explainedAtMost) { json.report(try await report(on: labels, explainer)) }
        json.endArray()
        json.key("more")
        json.integer(max(0, found.count - Self.explainedAtMost))
        json.endObject()
        return .json(json)
    }

    /// The stored alerts that match, ended ones included, by their labels.
    private func labelSets(matching matchers: Matchers) -> [LabelSet] {
        let fingerprints = access.read { machine, _ in machine.fingerprints }.sorted()
        var found: [LabelSet] = []
        for start in stride(from: 0, to: fingerprints.count, by: Self.chunkLength) {
            let chunk = fingerprints[start..<min(start + Self.chunkLength, fingerprints.count)]
            found += access.read { machine, _ in chunk.compactMap { machine.labels(of: $0) } }.filter { matchers.matches($0) }
        }
        return found
    }

    /// Alerts that only history knows.
    private func pastLabelSets(matching matchers: Matchers, beside known: [LabelSet]) async throws(OperatorError) -> [LabelSet] {
        var filter = HistoryFilter()
        filter.matchers = matchers
        filter.kinds = [.alertFiring, .alertEnded]
        filter.limit = 1000
        var seen = Set(known)
        return try await events(filter).compactMap(\.labels).filter { seen.insert($0).inserted }
    }

    private func events(_ filter: HistoryFilter) async throws(OperatorError) -> [HistoryEvent] {
        guard let history = access.history else { return [] }
        do {
            return try await history.page(filter).events
        } catch {
            throw OperatorError(status: 500, message: "the history cannot be read: \(error)")
        }
    }

    /// The last time that a limit kept out alerts of this name.
    private func lastDrop(of labels: LabelSet) async throws(OperatorError) -> HistoryEvent? {
        var drops = HistoryFilter()
        drops.kinds = [.alertDropped]
        drops.limit = 1000
        let name = labels["alertname"] ?? ""
        return try await events(drops).first { $0.text == "--alerts.per-alertname-limit: \(name)" }
    }

    /// An alert of another sender that differs only in the name of the replica.
    private func twin(of explanation: Explanation) -> SendersReport.Twin? {
        guard let name = SendersReport.replicaLabel(of: explanation.labels) else { return nil }
        let own = explanation.labels
        let others = labelSets(matching: Matchers(own.pairs.filter { $0.name != name }.map { Matcher(name: $0.name, equals: $0.value) }))
        for labels in others where labels != own && labels.count == own.count && labels[name] != nil {
            let sender = access.read { machine, now in machine.explanation(of: labels, at: now).sender }
            if sender != .none, sender != explanation.sender { return SendersReport.Twin(name: name, labels: labels, sender: sender) }
        }
        return nil
    }

    private func report(
        on labels: LabelSet, _ explainer: (any RuleLink.Explainer)?
    ) async throws(OperatorError) -> (Explanation, ExplanationReport) {
        let account = await explainer?.account(of: labels)
        let (explanation, configuration, now) = access.read { machine, now in
            (machine.explanation(of: labels, at: now), machine.configuration, now)
        }
        var episodes = HistoryFilter()
        episodes.fingerprint = labels.fingerprint
        episodes.kinds = [.alertFiring, .alertEnded]
        episodes.limit = 40
        var deliveries: [HistoryEvent] = []
        for path in explanation.paths.prefix(8) {
            var filter = HistoryFilter()
            filter.groupKey = path.groupKey
            filter.limit = 20
            deliveries += try await events(filter)
        }
        let report = ExplanationReport(
            explanation, configuration: configuration, at: now, zone: .local, episodes: try await events(episodes), deliveries: deliveries,
            dropped: explanation.state == .unknown ? try await lastDrop(of: labels) : nil,
            senders: SendersReport(
                explanation, twin: explanation.alert == nil ? nil : twin(of: explanation), book: access.senders, at: now, zone: .local),
            rules: account)
        return (explanation, report)
    }
}

extension JSONWriter {
    fileprivate mutating func report(_ report: (explanation: Explanation, words: ExplanationReport)) {
        beginObject()
        key("labels")
        labels(report.explanation.labels)
        key("fingerprint")
        string(report.explanation.labels.fingerprint.description)
        key("state")
        switch report.explanation.state {
        case .unknown: string("unknown")
        case .firing: string("firing")
        case .ended(let reason): string("\(reason)")
        }
        key("verdicts")
        strings(report.words.verdicts.map(\.rawValue))
        key("headline")
        string(report.words.headline)
        key("senders")
        beginArray()
        for sender in report.words.senders.present { self.sender(sender) }
        endArray()
        if let quarrel = report.words.senders.quarrel {
            key("contradictions")
            integer(Int64(quarrel.reversals))
        }
        key("lines")
        beginArray()
        for line in report.words.lines {
            beginObject()
            key("topic")
            string(line.topic)
            key("text")
            string(line.text)
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func sender(_ sender: SendersReport.Present) {
        beginObject()
        key("address")
        string(sender.sender.address)
        key("agent")
        string(sender.sender.agent)
        key("origin")
        string(sender.sender.origin)
        key("heardAt")
        time(sender.heardAt)
        key("says")
        string(sender.isEnd ? "over" : "firing")
        key("startsAt")
        time(sender.startsAt)
        endObject()
    }
}
