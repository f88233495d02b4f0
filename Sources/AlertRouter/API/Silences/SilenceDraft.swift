import AlertCore
import JSON
import Labels
import RE2
import Time

/// The body of POST `/silences`, read and validated as the framework of Alertmanager does: types first, then properties in alphabetical
/// order (reference 3.2, 3.8).
struct SilenceDraft {
    /// A matcher as given: its pattern may not compile.
    struct MatcherDraft {
        var name: String
        var operation: Matcher.Operation
        var value: String
    }

    var id = ""
    var annotations = LabelSet()
    var comment = ""
    var createdBy = ""
    var startsAt = Timestamp.goZero
    var endsAt = Timestamp.goZero
    var matchers: [MatcherDraft] = []

    init(_ body: [UInt8]) throws(RequestError) {
        guard !JSONBody.isBlank(body) else { throw .required("silence") }
        let value: JSONValue
        do {
            value = try JSONReader.read(body) { (reader) throws(JSONError) in try reader.readValue() }
        } catch {
            throw .unparsable("silence", JSONBody.reason(error))
        }
        guard !value.isNull else { throw .required("comment") }
        let fields = try Fields(value, "models.PostableSilence")
        // All types before any property that is missing.
        let id = try fields.string("id")
        let annotations = try fields.texts("annotations")
        let comment = try fields.string("comment")
        let createdBy = try fields.string("createdBy")
        let endsAt = try fields.time("endsAt")
        let matchers = try fields.elements("matchers")
        let startsAt = try fields.time("startsAt")
        let drafts = try matchers.map { elements throws(RequestError) in try elements.map(MatcherFields.init) }

        guard let comment else { throw .required("comment") }
        guard let createdBy else { throw .required("createdBy") }
        guard let endsAt else { throw .required("endsAt") }
        guard let drafts else { throw .required("matchers") }
        guard !drafts.isEmpty else { throw .framework(code: 612, "matchers in body should have at least 1 items") }
        for (index, matcher) in drafts.enumerated() { self.matchers.append(try matcher.checked(at: index)) }
        guard let startsAt else { throw .required("startsAt") }
        self.id = id ?? ""
        self.annotations = annotations
        self.comment = comment
        self.createdBy = createdBy
        self.startsAt = startsAt
        self.endsAt = endsAt
    }

    /// The silence, with its patterns compiled. `now` and `mode` only serve to complain in the right order about one that does not compile:
    /// Alertmanager checks times before matchers, and of a matcher the name before the pattern (reference 3.8 steps 2–4).
    func silence(now: Timestamp, mode: LabelNameMode) throws(RequestError) -> Silence {
        var compiled: [Matcher] = []
        for (index, draft) in matchers.enumerated() {
            do {
                compiled.append(try Matcher(name: draft.name, operation: draft.operation, value: draft.value))
            } catch {
                try checkTimes(now)
                for (index, draft) in matchers[...index].enumerated() where !isValidLabelName(draft.name, mode: mode) {
                    throw Self.invalid(index, "invalid label name \(GoQuote.quote(draft.name))")
                }
                throw Self.invalid(index, "invalid regular expression \(GoQuote.quote(draft.value)): \(Self.problem(of: draft.value))")
            }
        }
        return Silence(
            id: id, matchers: Matchers(compiled), startsAt: startsAt, endsAt: endsAt, updatedAt: .goZero, createdBy: createdBy,
            comment: comment,
            annotations: annotations)
    }

    private func checkTimes(_ now: Timestamp) throws(RequestError) {
        if startsAt >= endsAt { throw .handler(status: 400, "Failed to create silence: start time must be before end time") }
        if endsAt < now { throw .handler(status: 400, "Failed to create silence: end time can't be in the past") }
    }

    private static func invalid(_ index: Int, _ reason: String) -> RequestError {
        .handler(status: 400, "invalid silence: invalid label matcher \(index) in set 0: \(reason)")
    }

    /// The complaint about the pattern as the user wrote it, without our anchors.
    private static func problem(of pattern: String) -> String {
        do {
            _ = try RE2Regex(pattern)
            return "it does not compile with anchors"
        } catch {
            return error.message
        }
    }
}

/// One element of `matchers`.
private struct MatcherFields {
    let isEqual: Bool?
    let isRegex: Bool?
    let name: String?
    let value: String?

    init(_ element: JSONValue) throws(RequestError) {
        guard !element.isNull else {
            (isEqual, isRegex, name, value) = (nil, nil, nil, nil)
            return
        }
        let fields = try Fields(element, "models.Matcher")
        isEqual = try fields.bool("isEqual")
        isRegex = try fields.bool("isRegex")
        name = try fields.string("name")
        value = try fields.string("value")
    }

    func checked(at index: Int) throws(RequestError) -> SilenceDraft.MatcherDraft {
        guard let isRegex else { throw .required("matchers.\(index).isRegex") }
        guard let name else { throw .required("matchers.\(index).name") }
        guard let value else { throw .required("matchers.\(index).value") }
        return SilenceDraft.MatcherDraft(name: name, operation: Matcher.Operation(isRegex: isRegex, isEqual: isEqual ?? true), value: value)
    }
}

/// The members of an object, by names in any case, as Go finds them. Null counts as absent.
private struct Fields {
    private let members: JSONObject
    private let type: String

    init(_ value: JSONValue, _ type: String) throws(RequestError) {
        guard let members = value.objectValue else {
            throw .unparsable("silence", JSONBody.wrongType(value.kind, wanted: "Go value of type \(type)"))
        }
        self.members = members
        self.type = type
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name] ?? members.last(where: { $0.key.lowercased() == name.lowercased() })?.value, !value.isNull else {
            return nil
        }
        return value
    }

    func string(_ name: String) throws(RequestError) -> String? {
        guard let value = value(name) else { return nil }
        guard let string = value.stringValue else { throw wrongType(value, name, "string") }
        return string
    }

    func bool(_ name: String) throws(RequestError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let bool = value.boolValue else { throw wrongType(value, name, "bool") }
        return bool
    }

    func elements(_ name: String) throws(RequestError) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard let elements = value.arrayValue else { throw wrongType(value, name, "models.Matchers") }
        return elements
    }

    func texts(_ name: String) throws(RequestError) -> LabelSet {
        guard let value = value(name) else { return LabelSet() }
        guard let members = value.objectValue else { throw wrongType(value, name, "models.LabelSet") }
        var pairs: [(String, String)] = []
        for member in members {
            if member.value.isNull {
                pairs.append((member.key, ""))
            } else if let text = member.value.stringValue {
                pairs.append((member.key, text))
            } else {
                throw wrongType(member.value, name, "string")
            }
        }
        return LabelSet(pairs)
    }

    func time(_ name: String) throws(RequestError) -> Timestamp? {
        guard let text = try string(name) else { return nil }
        guard let time = RFC3339.parseLenient(text) else { throw .unparsable("silence", JSONBody.invalidTime(text)) }
        return time
    }

    private func wrongType(_ value: JSONValue, _ name: String, _ wanted: String) -> RequestError {
        .unparsable("silence", JSONBody.wrongType(value.kind, wanted: "Go struct field \(type).\(name) of type \(wanted)"))
    }
}
