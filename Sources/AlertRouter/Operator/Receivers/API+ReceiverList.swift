import AlertStorage
import JSON
import WebServer

extension API {
    /// Events of one receiver that are searched for the last outcomes of its integrations.
    private static let searchedEvents = 200

    /// GET `receivers`: each integration with where it sends, how the last delivery went, and what speaks against it.
    func getReceiverList() async throws(OperatorError) -> WebResponse {
        let watch = access.receiverWatch
        var json = JSONWriter()
        json.beginObject()
        json.key("receivers")
        json.beginArray()
        let findings = watch.findings
        var start = findings.startIndex
        while start < findings.endIndex {
            // Those of one receiver follow each other.
            let end = findings[start...].firstIndex { $0.receiver != findings[start].receiver } ?? findings.endIndex
            let outcomes = try await lastOutcomes(of: findings[start].receiver)
            write(findings[start..<end], outcomes, into: &json)
            start = end
        }
        json.endArray()
        if let problem = watch.externalURLProblem {
            json.key("externalURL")
            json.beginObject()
            write(problem, into: &json)
            json.endObject()
        }
        json.endObject()
        return .json(json)
    }

    private func lastOutcomes(of receiver: String) async throws(OperatorError) -> [String: HistoryEvent] {
        guard let history = access.history else { return [:] }
        var filter = HistoryFilter()
        filter.receiver = receiver
        filter.kinds = [.delivered, .deliveryFailed]
        filter.limit = Self.searchedEvents
        do {
            // Newest first.
            return Dictionary(try await history.page(filter).events.map { ($0.integration, $0) }, uniquingKeysWith: { newer, _ in newer })
        } catch {
            throw OperatorError(status: 500, message: "the history cannot be read: \(error)")
        }
    }

    private func write(_ findings: ArraySlice<ReceiverFinding>, _ outcomes: [String: HistoryEvent], into json: inout JSONWriter) {
        guard let first = findings.first else { return }
        json.beginObject()
        json.key("name")
        json.string(first.receiver)
        json.key("routed")
        json.bool(first.isRouted)
        json.key("integrations")
        json.beginArray()
        for finding in findings where !finding.integration.isEmpty {
            json.beginObject()
            json.key("integration")
            json.string(finding.integration)
            json.key("where")
            json.string(finding.place)
            if let problem = finding.problem { write(problem, into: &json) }
            if let event = outcomes[finding.integration] {
                json.key("last")
                json.event(event)
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func write(_ problem: Problem, into json: inout JSONWriter) {
        json.key("problem")
        json.string(problem.message)
        json.key("advice")
        json.string(problem.advice)
    }
}
