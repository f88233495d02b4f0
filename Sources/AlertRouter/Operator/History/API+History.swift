import AlertStorage
import JSON
import Labels
import Time
import WebServer

extension API {
    /// GET `history`: the newest events that pass `filter` (matchers), `kind`, `receiver`, `since`, `until`, `group`, at most `limit`, older than `before`.
    func getHistory(_ query: QueryParameters) async throws(OperatorError) -> WebResponse {
        guard let history = access.history else {
            throw OperatorError(
                status: 503, message: "there is no history",
                advice: "it is off (--history.max-bytes=0) or could not be opened; the log says why")
        }
        let filter = try historyFilter(query)
        let page: HistoryPage
        do {
            page = try await history.page(filter)
        } catch {
            throw OperatorError(status: 500, message: "the history cannot be read: \(error)")
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("events")
        json.beginArray()
        for event in page.events { json.event(event) }
        json.endArray()
        if let next = page.next {
            json.key("next")
            json.integer(next)
        }
        json.endObject()
        return .json(json)
    }

    private func historyFilter(_ query: QueryParameters) throws(OperatorError) -> HistoryFilter {
        var filter = HistoryFilter()
        do throws(RequestError) {
            filter.matchers = Matchers(try matcherParser.filters(query))
        } catch {
            throw OperatorError(status: 400, message: "filter: \(error)", advice: "write it like alertname=\"Down\"")
        }
        for name in query.all("kind") {
            guard let kind = HistoryEvent.Kind(name: name) else {
                throw OperatorError(
                    status: 400, message: "kind: there is no kind \(GoQuote.quote(name))",
                    advice: "one of \(HistoryEvent.Kind.allCases.map(\.name).joined(separator: ", "))")
            }
            filter.kinds.insert(kind)
        }
        filter.receiver = query.last("receiver")
        filter.groupKey = query.last("group")
        filter.since = try query.time("since")
        filter.until = try query.time("until")
        if let text = query.last("limit") {
            guard let limit = Int(text), (1...1000).contains(limit) else {
                throw OperatorError(status: 400, message: "limit: \(GoQuote.quote(text)) is not a number from 1 to 1000")
            }
            filter.limit = limit
        }
        if let text = query.last("before") {
            guard let number = Int64(text), number > 0 else {
                throw OperatorError(
                    status: 400, message: "before: \(GoQuote.quote(text)) is not a number", advice: "give the \"next\" of the page before")
            }
            filter.before = number
        }
        return filter
    }
}

extension QueryParameters {
    /// A time in RFC 3339.
    fileprivate func time(_ name: String) throws(OperatorError) -> Timestamp? {
        guard let text = last(name) else { return nil }
        guard let time = RFC3339.parse(text) else {
            throw OperatorError(
                status: 400, message: "\(name): \(GoQuote.quote(text)) is not a time", advice: "write it like 2026-11-22T21:04:00+09:00")
        }
        return time
    }
}

extension JSONWriter {
    /// An event: number, time and kind, and what else there is to say.
    mutating func event(_ event: HistoryEvent) {
        beginObject()
        key("number")
        integer(event.number)
        key("time")
        time(event.time)
        key("kind")
        string(event.kind.name)
        if let labels = event.labels {
            key("labels")
            self.labels(labels)
            key("fingerprint")
            string(labels.fingerprint.description)
        }
        text("group", event.groupKey)
        text("receiver", event.receiver)
        text("integration", event.integration)
        text("text", event.text)
        text("error", event.error)
        number("attempts", Int64(event.attempts))
        number("alerts", Int64(event.alerts))
        number("milliseconds", event.milliseconds)
        endObject()
    }

    private mutating func text(_ name: StaticString, _ value: String) {
        if value.isEmpty { return }
        key(name)
        string(value)
    }

    private mutating func number(_ name: StaticString, _ value: Int64) {
        if value == 0 { return }
        key(name)
        integer(value)
    }
}
