import ClientConfiguration
import Labels
import StrictYAML

extension ConfigurationReader {
    /// One element of `receivers` (reference 1.5).
    func receiver(_ element: YAMLElement, global: GlobalConfiguration) -> ReceiverConfiguration? {
        if element.isNull { element.fail("missing name in receiver") }
        return element.mapping(as: "receiver") { fields in
            let name = fields.string("name") ?? ""
            if name.isEmpty { fields.fail("name", "missing name in receiver") }
            var receiver = ReceiverConfiguration(name: name)
            receiver.labels = receiverLabels(fields["labels"], receiver: name)
            receiver.webhooks = integrations(fields, "webhook", sendResolved: true) { self.webhook($0, global: global, sendResolved: $1) }
            receiver.emails = integrations(fields, "email", sendResolved: false) { self.email($0, global: global, sendResolved: $1) }
            receiver.slacks = integrations(fields, "slack", sendResolved: false) { self.slack($0, global: global, sendResolved: $1) }
            for index in receiver.webhooks.indices { receiver.webhooks[index].index = index }
            for index in receiver.emails.indices { receiver.emails[index].index = index }
            for index in receiver.slacks.indices { receiver.slacks[index].index = index }
            for key in ReceiverConfiguration.missingIntegrations {
                fields.ignore(key)
                element.refuse(key)
            }
            return receiver
        }
    }

    /// The list of one kind: `KIND_configs`.
    private func integrations<Configuration>(
        _ fields: YAMLMapping, _ kind: String, sendResolved: Bool, _ read: (YAMLMapping, _ sendResolved: Bool) -> Configuration?
    ) -> [Configuration] {
        defer { integration = nil }
        return fields.list("\(kind)_configs") { element in
            if element.isNull { element.fail("empty element in \(kind)_configs") }
            return element.mapping(as: "\(kind)_config") { fields in
                let sendResolved = fields.bool("send_resolved", default: sendResolved)
                integration = (kind, sendResolved)
                return read(fields, sendResolved)
            }
        } ?? []
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
}
