import JSON
import Time
import WebServer

extension API {
    /// POST `inbox`: takes a webhook's message. GET `inbox`: the messages kept, newest first.
    func answerInbox(_ request: WebRequest) throws(OperatorError) -> WebResponse {
        request.method == "POST" ? try postInbox(request.body) : getInbox()
    }

    private func postInbox(_ body: [UInt8]) throws(OperatorError) -> WebResponse {
        guard body.count <= Inbox.bodyLimit else {
            throw OperatorError(
                status: 413, message: "the message has \(body.count) bytes, the inbox takes at most \(Inbox.bodyLimit)",
                advice: "set max_alerts in the webhook_config")
        }
        let number = access.inbox.take(try InboxMessage(body), at: Clock.wall())
        var json = JSONWriter()
        json.beginObject()
        json.key("number")
        json.integer(number)
        json.endObject()
        return .json(json)
    }

    private func getInbox() -> WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("messages")
        json.beginArray()
        for entry in access.inbox.entries { json.entry(entry) }
        json.endArray()
        json.endObject()
        return .json(json)
    }
}

extension JSONWriter {
    fileprivate mutating func entry(_ entry: Inbox.Entry) {
        let message = entry.message
        beginObject()
        key("number")
        integer(entry.number)
        key("time")
        time(entry.time)
        key("title")
        string(message.title)
        key("status")
        string(message.isFiring ? "firing" : "resolved")
        key("receiver")
        string(message.receiver)
        key("route")
        string(message.route)
        key("groupKey")
        string(message.groupKey)
        key("groupLabels")
        labels(message.groupLabels)
        key("commonAnnotations")
        labels(message.commonAnnotations)
        key("externalURL")
        string(message.externalURL)
        key("truncatedAlerts")
        integer(message.truncatedAlerts)
        key("alerts")
        beginArray()
        for item in message.alerts { alert(item) }
        endArray()
        endObject()
    }

    private mutating func alert(_ alert: InboxMessage.Alert) {
        beginObject()
        key("status")
        string(alert.isFiring ? "firing" : "resolved")
        key("labels")
        labels(alert.labels)
        key("annotations")
        labels(alert.annotations)
        key("startsAt")
        time(alert.startsAt)
        key("endsAt")
        time(alert.endsAt)
        key("generatorURL")
        string(alert.generatorURL)
        key("fingerprint")
        string(alert.fingerprint)
        endObject()
    }
}
