import JSON
import Labels
import StrictYAML
import Time
import Transport

extension ConfigurationReader {
    /// One element of `receivers` (reference 1.5).
    func receiver(_ element: YAMLElement, global: GlobalConfiguration) -> ReceiverConfiguration? {
        if element.isNull { element.fail("missing name in receiver") }
        return element.mapping(as: "receiver") { fields in
            let name = fields.string("name") ?? ""
            if name.isEmpty { fields.fail("name", "missing name in receiver") }
            var receiver = ReceiverConfiguration(name: name)
            receiver.labels = receiverLabels(fields["labels"], receiver: name)
            receiver.webhooks =
                fields.list("webhook_configs") { element in
                    if element.isNull { element.fail("empty element in webhook_configs") }
                    return element.mapping(as: "webhook_config") { self.webhook($0, global: global) }
                } ?? []
            for index in receiver.webhooks.indices { receiver.webhooks[index].index = index }
            for key in ReceiverConfiguration.missingIntegrations {
                fields.ignore(key)
                refuse(key, in: element.node)
            }
            return receiver
        }
    }

    private func receiverLabels(_ element: YAMLElement?, receiver: String) -> [ReceiverConfiguration.Label] {
        (element?.sortedEntries() ?? []).compactMap { name, _, value in
            guard let text = value.isNull ? "" : value.string() else { return nil }
            guard name == "name" else { return ReceiverConfiguration.Label(name: name, value: text) }
            // The name is always a label; saying it again is harmless, saying another is not.
            if text != receiver { value.fail("label \"name\" of receiver \(GoQuote.quote(receiver)) must be the receiver's name") }
            return nil
        }
    }

    private func webhook(_ fields: YAMLMapping, global: GlobalConfiguration) -> WebhookConfiguration {
        let url = fields.source("url", file: "url_file", text: webhookURL)
        if url == nil, !fields.isSet("url"), fields.string("url_file") ?? "" == "" {
            fields.fail("one of url or url_file must be configured")
        }
        var webhook = WebhookConfiguration(url: url ?? .inline(""))
        webhook.sendResolved = fields.bool("send_resolved") ?? true
        webhook.maxAlerts = UInt64(fields.int64("max_alerts", in: 0...Int64.max) ?? 0)
        webhook.timeout = fields.parsed("timeout") { text throws(DurationError) in try GoDuration.parse(text) } ?? .zero
        if let element = fields["payload"], !element.isNull { webhook.payload = payload(element.node) }
        webhook.http = httpConfiguration(in: fields) ?? global.http
        return webhook
    }

    private func webhookURL(_ element: YAMLElement) -> String? {
        guard let text = element.string(), refuseTemplate(text, at: element.node.position, what: "url") else { return nil }
        return element.secretURL()
    }

    /// A body's tree. Keys that are not strings are left out, as Alertmanager does (reference 9.1).
    private func payload(_ node: YAMLNode) -> JSONValue {
        switch node.kind {
        case .sequence(let elements): return .array(elements.map { payload($0) })
        case .mapping(let pairs):
            let members = pairs.compactMap { pair -> (String, JSONValue)? in
                guard case .string(let key) = pair.key.scalar?.value else { return nil }
                refuseTemplate(key, at: pair.key.position, what: "payload")
                return (key, payload(pair.value))
            }
            return .object(JSONObject(members))
        case .scalar(let scalar): return payload(scalar, at: node.position)
        }
    }

    private func payload(_ scalar: YAMLScalar, at position: YAMLPosition) -> JSONValue {
        switch scalar.value {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .number(JSONNumber(value))
        case .double(let value):
            guard let number = JSONNumber(value) else {
                decoder.report("JSON has no number \(scalar.text); put it in quotes", at: position)
                return .null
            }
            return .number(number)
        case .string(let text):
            refuseTemplate(text, at: position, what: "payload")
            return .string(text)
        }
    }
}
