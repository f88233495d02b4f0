import ClientConfiguration
import StrictYAML
import Transport

/// A configuration's text as the API and the page show it: values under keys that hold secrets are masked, passwords in URLs too.
///
/// It is made of the file's tree, so that comments are gone, which may hold anything; what the file leaves to defaults stays out.
enum MaskedText {
    /// The text of a file's tree; empty for an empty file.
    static func of(_ root: YAMLNode?) -> String {
        guard let root else { return "" }
        return YAMLWriter().string(value(root))
    }

    /// Keys whose value is a secret, in whatever section.
    private static let secrets: Set<String> = [
        "password", "credentials", "bearer_token", "client_secret", "secret_key", "secrets", "secret", "token", "auth_token",
        "client_certificate_key", "application_credential_secret", "application_secret", "consumer_key", "proxy_connect_header", "key",
    ]
    /// Mappings whose keys are anybody's names.
    private static let named: Set<String> = ["labels", "external_labels", "params", "endpoint_params"]

    private static func value(_ node: YAMLNode, masks: Bool = true) -> YAMLValue {
        switch node.kind {
        case .sequence(let elements): return .sequence(elements.map { value($0, masks: masks) })
        case .mapping(let pairs):
            return .mapping(
                pairs.map { pair in
                    let key = pair.key.scalar?.text ?? ""
                    if masks, secrets.contains(key), !pair.value.isNull { return YAMLValue.Member(key, masked(pair.value)) }
                    return YAMLValue.Member(key, value(pair.value, masks: masks && !named.contains(key)))
                })
        case .scalar(let scalar): return value(scalar)
        }
    }

    /// A secret, or everything in a list or mapping of them.
    private static func masked(_ node: YAMLNode) -> YAMLValue {
        switch node.kind {
        case .sequence(let elements): .sequence(elements.map { masked($0) })
        case .mapping(let pairs): .mapping(pairs.map { YAMLValue.Member($0.key.scalar?.text ?? "", masked($0.value)) })
        case .scalar: .string(TextSource.mask)
        }
    }

    private static func value(_ scalar: YAMLScalar) -> YAMLValue {
        switch scalar.value {
        case .null: return .null
        // What is spelled oddly may be a text where it stands, such as a regex or a label's value: it is shown as it is written.
        case .bool(let bool): return scalar.text == "\(bool)" ? .bool(bool) : .string(scalar.text)
        case .integer(let integer): return integer.description == scalar.text ? .integer(integer) : .string(scalar.text)
        case .double: return .string(scalar.text)
        case .string(let text):
            guard text.contains("://"), text.contains("@"), let url = try? WebURL(text) else { return .string(text) }
            return .string(url.redacted)
        }
    }
}
