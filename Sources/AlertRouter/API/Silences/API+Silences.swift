import AlertCore
import JSON
import Journal
import Labels
import Time
import WebServer

/// Silences (reference 3.8).
extension API {
    func getSilences(_ query: QueryParameters) throws(RequestError) -> WebResponse {
        let filters = try matcherParser.filters(query)
        let shown = [SilenceState.active: query.flag("active"), .pending: query.flag("pending"), .expired: query.flag("expired")]
        let begun = Clock.monotonic()
        let silences = access.read { machine, now in
            machine.silences(matching: filters, at: now).map { (silence: $0, state: machine.state(of: $0, at: now)) }
        }
        access.metrics.silencesQueried(nanoseconds: Clock.monotonic() - begun)
        var json = JSONWriter()
        json.beginArray()
        for (silence, state) in silences where shown[state] == true { SilenceJSON.write(silence, state: state, into: &json) }
        json.endArray()
        return .json(json)
    }

    func getSilence(_ id: String) throws(RequestError) -> WebResponse {
        try checkID(id)
        let found = access.read { machine, now in machine.silence(id: id).map { (silence: $0, state: machine.state(of: $0, at: now)) } }
        guard let found else { throw .empty(status: 404) }
        var json = JSONWriter()
        SilenceJSON.write(found.silence, state: found.state, into: &json)
        return .json(json)
    }

    func deleteSilence(_ id: String) async throws(RequestError) -> WebResponse {
        try checkID(id)
        do {
            _ = try await access.changeSilences { machine, now throws(SilenceError) in try machine.planExpiry(id: id, at: now) }
        } catch SilenceError.notFound {
            throw .empty(status: 404)
        } catch {
            throw refusal(error)
        }
        return WebResponse(status: 200)
    }

    func postSilence(_ body: [UInt8]) async throws(RequestError) -> WebResponse {
        guard !body.isEmpty else { throw .required("silence") }
        let now = access.read { _, now in now.wall }
        let silence = try SilenceDraft(body).silence(now: now, mode: identity.matcherMode.labelNameMode)
        let newID = UUIDText.random()
        let id: String?
        do {
            id = try await access.changeSilences { machine, now throws(SilenceError) in
                try machine.planSilence(silence, newID: newID, at: now)
            }
        } catch {
            throw refusal(error)
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("silenceID")
        json.string(id ?? silence.id)
        json.endObject()
        return .json(json)
    }

    private func checkID(_ id: String) throws(RequestError) {
        guard UUIDText.isValid(id) else { throw .framework(code: 601, "silenceID in path must be of type uuid: \(GoQuote.quote(id))") }
    }

    private func refusal(_ error: any Error) -> RequestError {
        switch error {
        case SilenceError.notFound: .handler(status: 404, "silence not found")
        case SilenceError.invalid(let text), SilenceError.limit(let text): .handler(status: 400, text)
        case JournalError.full: .handler(status: 507, "the silence was not stored: \(error)")
        default: .handler(status: 503, "the silence was not stored, try again: \(error)")
        }
    }
}
