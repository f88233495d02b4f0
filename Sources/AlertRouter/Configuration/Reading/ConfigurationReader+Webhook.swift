import ClientConfiguration
import JSON
import StrictYAML
import Time
import Transport

extension ConfigurationReader {
    /// One element of `webhook_configs` (reference 1.5).
    func webhook(_ fields: YAMLMapping, global: GlobalConfiguration, sendResolved: Bool) -> WebhookConfiguration {
        let url = fields.source("url", file: "url_file", text: webhookURL)
        if url == nil, !fields.isSet("url"), fields.string("url_file") ?? "" == "" {
            fields.fail("one of url or url_file must be configured")
        }
        var webhook = WebhookConfiguration(url: url ?? .inline(""))
        webhook.sendResolved = sendResolved
        webhook.maxAlerts = fields["max_alerts"].flatMap(maxAlerts) ?? 0
        webhook.timeout = fields.goDuration("timeout") ?? .zero
        if let element = fields["payload"], !element.isNull { webhook.payload = payload(element.node) }
        webhook.http = httpConfiguration(in: fields) ?? global.http
        return webhook
    }

    /// A count. As Go's yaml.v2 reads it: a fraction is cut off, and what no count of alerts reaches is no limit.
    private func maxAlerts(_ element: YAMLElement) -> UInt64? {
        guard case .double(let number) = element.node.scalar?.value else { return element.int64(in: 0...Int64.max).map { UInt64($0) } }
        guard number <= 0x1p64 else {
            element.fail("expected an integer of at least 0, found \(element.node.scalar?.text ?? "")")
            return nil
        }
        warn(element.node.position, "max_alerts is not a whole number that fits: \(number)")
        return number > -1 && number < 0x1p63 ? UInt64(max(number, 0)) : 0
    }

    private func webhookURL(_ element: YAMLElement) -> String? {
        // What a template makes of it can only be checked when it is made.
        guard let text = element.string(), text.contains("{{") else { return element.secretURL() }
        keep(text, at: element.node.position, what: "url", isSecret: true)
        return text
    }

    /// A body's tree. Keys that are not strings are left out, as Alertmanager does (reference 9.1).
    private func payload(_ node: YAMLNode) -> JSONValue {
        switch node.kind {
        case .sequence(let elements): return .array(elements.map { payload($0) })
        case .mapping(let pairs):
            let members = pairs.compactMap { pair -> (String, JSONValue)? in
                guard case .string(let key) = pair.key.scalar?.value else { return nil }
                keep(key, at: pair.key.position, what: "payload")
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
            keep(text, at: position, what: "payload")
            return .string(text)
        }
    }
}
