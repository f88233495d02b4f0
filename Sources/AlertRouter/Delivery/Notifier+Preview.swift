import GoTemplate

extension Notifier {
    /// What an attempt would send, for people to read: the JSON as it goes out, a mail's fields and texts decoded. Sends nothing.
    ///
    /// Fails only where an attempt would: the text says why.
    func preview(_ message: Message, to integration: IntegrationConfiguration) -> Result<String, PreviewFault> {
        switch integration {
        case .webhook(let webhook):
            let data = message.data(maxAlerts: Int(clamping: webhook.maxAlerts))
            return .success(String(decoding: WebhookSender.body(for: webhook, message, data), as: UTF8.self))
        case .slack(let configuration):
            do throws(TemplateError) {
                return .success(String(decoding: try slack.body(of: message, configuration, replacing: nil), as: UTF8.self))
            } catch {
                return .failure(PreviewFault(message: "\(error)"))
            }
        case .email(let email):
            do throws(EmailError) {
                let mail = try emails.build(message, for: email).mail
                let fields = mail.headers.map { "\($0.name): \($0.value)" }
                let parts = [("text/plain", mail.text), ("text/html", mail.html)].compactMap { type, text in
                    text.map { "\n# \(type)\n\($0)" }
                }
                return .success((fields + parts).joined(separator: "\n"))
            } catch {
                return .failure(PreviewFault(message: "\(error)"))
            }
        }
    }

    /// Why there is nothing to show.
    struct PreviewFault: Error, Hashable {
        let message: String
    }
}
