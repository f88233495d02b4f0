import ArgumentParser
import JSON
import Time
import Transport

/// `silence update`: changes times or comment of silences, and prints what became of them.
struct SilenceUpdate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool silence update",
        abstract: "Update silences.",
        discussion: "A silence that cannot be changed in place gets a new ID, which is printed.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: [.customShort("d", allowingJoined: true), .customLong("duration")], help: "How long, counted from its start.")
    var duration: String?

    @Option(help: "When it starts, RFC 3339.")
    var start: String?

    @Option(help: "When it ends, RFC 3339; instead of a duration.")
    var end: String?

    @Option(name: [.customShort("c", allowingJoined: true), .customLong("comment")], help: "Why.")
    var comment: String?

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print only the IDs.")
    var quiet = false

    @Argument(help: "IDs.", completion: .shellCommand("silence query --quiet"))
    var ids: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        guard !ids.isEmpty else { throw .failed("no silence IDs specified") }
        let startsAt = try start.map { text throws(ClientError) in try timeArgument(text) }
        let endsAt = try end.map { text throws(ClientError) in try timeArgument(text) }
        let span = try duration.map { text throws(ClientError) in try silenceDuration(text) }
        let server = try await session.server()
        var updated: [SilenceRecord] = []
        for id in ids {
            let path = "/silence/\(percentEncoded(id))"
            var silence = try SilenceRecord.one(try await server.get(path), at: path)
            if let startsAt { silence.startsAt = startsAt }
            if let endsAt {
                silence.endsAt = endsAt
            } else if let span {
                silence.endsAt = silence.startsAt + span
            }
            guard silence.startsAt <= silence.endsAt else { throw .failed("silence cannot start after it ends") }
            if let comment, !comment.isEmpty { silence.comment = comment }
            var json = silence.changedJSON
            silence.id = try await server.postSilence(json.forPosting)
            json["id"] = .string(silence.id)
            silence.json = .object(json)
            updated.append(silence)
        }
        if quiet {
            for silence in updated { session.console.print(silence.id) }
        } else {
            SilenceTable.print(updated, session)
        }
    }
}

extension SilenceRecord {
    /// One silence out of an answer.
    static func one(_ answer: JSONValue, at path: String) throws(ClientError) -> SilenceRecord {
        do throws(JSONDecodingError) {
            return try SilenceRecord(JSONElement(answer))
        } catch {
            throw ClientError("GET \(path)", error)
        }
    }

    /// The server's object with the fields that commands change.
    var changedJSON: JSONObject {
        var object = json.objectValue ?? JSONObject()
        object["startsAt"] = .string(RFC3339.string(startsAt, fraction: .asNeeded))
        object["endsAt"] = .string(RFC3339.string(endsAt, fraction: .asNeeded))
        object["comment"] = .string(comment)
        return object
    }
}

extension JSONObject {
    /// A silence without what only the server says about it.
    var forPosting: JSONObject {
        var object = self
        object["status"] = nil
        object["updatedAt"] = nil
        return object
    }
}
