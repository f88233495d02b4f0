public import GoTemplate
public import JSON
import StrictYAML
public import Time

extension NotificationTemplates {
    /// Expands a webhook's `payload` (reference 9.1): every string key and value is rendered, and a value's result that reads as YAML for
    /// anything but a string becomes that. What comes out of the data is never rendered again.
    public func payload(_ value: JSONValue, _ data: NotificationData, now: Timestamp) throws(TemplateError) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let source): return PayloadText.value(try text(source, data, now: now))
        case .array(let elements):
            var result: [JSONValue] = []
            result.reserveCapacity(elements.count)
            for element in elements { result.append(try payload(element, data, now: now)) }
            return .array(result)
        case .object(let members):
            var result: [(String, JSONValue)] = []
            for member in members { result.append((try text(member.key, data, now: now), try payload(member.value, data, now: now))) }
            return PayloadText.object(result)
        }
    }
}

/// What a rendered string of a payload stands for.
enum PayloadText {
    /// A map, list, number, boolean or null if the text is that in YAML; else the text as it is, quotes and all.
    static func value(_ text: String) -> JSONValue {
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLDocument.parse(text, file: "payload")
        } catch {
            return .string(text)
        }
        // Nothing but comments.
        guard let node = root else { return .null }
        if let scalar = node.scalar, scalar.value.isString { return .string(text) }
        return json(node) ?? .string(text)
    }

    /// An object in the order that Go writes maps in: by the bytes of the keys.
    static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
    }

    /// The value of a YAML node, keys that are not strings left out; nil for what JSON cannot say.
    private static func json(_ node: YAMLNode) -> JSONValue? {
        switch node.kind {
        case .sequence(let elements):
            var result: [JSONValue] = []
            for element in elements {
                guard let value = json(element) else { return nil }
                result.append(value)
            }
            return .array(result)
        case .mapping(let pairs):
            var members: [(String, JSONValue)] = []
            for pair in pairs {
                guard case .string(let key) = pair.key.scalar?.value else { continue }
                guard let value = json(pair.value) else { return nil }
                members.append((key, value))
            }
            return object(members)
        case .scalar(let scalar):
            switch scalar.value {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .integer(let value): return .number(JSONNumber(value))
            case .double(let value): return JSONNumber(value).map { .number($0) }
            case .string(let text): return .string(text)
            }
        }
    }
}

extension YAMLScalarValue {
    fileprivate var isString: Bool {
        if case .string = self { true } else { false }
    }
}
