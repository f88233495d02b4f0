import AlertCore
import Labels
import RE2
import WebServer

/// The `filter` parameters and the switches of GET `/alerts` and `/alerts/groups` (reference 3.5).
struct AlertFilter {
    private let matchers: [Matcher]
    private let showsActive: Bool
    private let showsSilenced: Bool
    private let showsInhibited: Bool

    init(_ query: QueryParameters, parser: MatcherParser) throws(RequestError) {
        matchers = try parser.filters(query)
        showsActive = query.flag("active")
        showsSilenced = query.flag("silenced")
        showsInhibited = query.flag("inhibited")
    }

    /// No alert passes: known without looking.
    var isEmpty: Bool { !showsActive && !showsSilenced && !showsInhibited }

    func accepts(_ status: AlertStatus) -> Bool {
        let isSilenced = !status.silencedBy.isEmpty
        let isInhibited = status.inhibitedBy != nil
        if isSilenced && !showsSilenced || isInhibited && !showsInhibited { return false }
        if !isSilenced && !isInhibited && !showsActive { return false }
        return matchers.allSatisfy { $0.matches(status.alert.body.labels) }
    }
}

/// The parameters `receiver` and `receiver_matchers` (reference 3.4, 3.5).
struct ReceiverFilter {
    private let name: RE2Regex?
    private let matchers: [Matcher]

    init(_ query: QueryParameters, parser: MatcherParser) throws(RequestError) {
        do {
            name = try query.last("receiver").map { pattern throws(RE2Error) in try RE2Regex(anchored: pattern) }
        } catch {
            throw .handler(status: 400, "failed to parse receiver param: \(error)")
        }
        do {
            matchers = try parser.matchers(query.all("receiver_matchers"))
        } catch {
            throw .handler(status: 400, "failed to parse receiver_matchers param: \(error)")
        }
    }

    /// Whether every receiver passes.
    var acceptsAll: Bool { name == nil && matchers.isEmpty }

    func accepts(_ receiver: Receiver) -> Bool {
        if let name, !name.matches(receiver.name) { return false }
        return matchers.allSatisfy { $0.matches(receiver.labels) }
    }
}

extension MatcherParser {
    /// The matchers of the `filter` parameters.
    func filters(_ query: QueryParameters) throws(RequestError) -> [Matcher] {
        do {
            return try matchers(query.all("filter"))
        } catch {
            throw .handler(status: 400, error.message)
        }
    }

    fileprivate func matchers(_ texts: [String]) throws(MatcherError) -> [Matcher] {
        var matchers: [Matcher] = []
        for text in texts { matchers.append(try parseSingle(text).0) }
        return matchers
    }
}
