/// Go's `len`, `index` and `slice`.
enum Indexing {
    /// Elements of a list, entries of a map or bytes of a string.
    static func length(_ value: TemplateValue) throws(TemplateFault) -> Int {
        if let count = count(of: value) { return count }
        switch value {
        case .map(let entries): return entries.count
        case .object(let object) where object.kind == .map: return object.count
        case .missing, .null: throw TemplateFault("len of nil pointer")
        default: throw TemplateFault("len of type \(pointee(value))")
        }
    }

    /// `index x 1 2` is Go's `x[1][2]`.
    static func index(_ value: TemplateValue, _ indexes: ArraySlice<TemplateValue>) throws(TemplateFault) -> TemplateValue {
        guard !value.isNil else { throw TemplateFault("index of untyped nil") }
        var item = value
        for index in indexes {
            guard !item.isNil else { throw TemplateFault("index of nil pointer") }
            if let count = count(of: item) {
                let place = try position(index, upTo: count)
                guard place < count else {
                    throw TemplateFault("reflect: \(GoPrinter.isString(item) ? "string" : "slice") index out of range")
                }
                item = element(of: item, at: place)
            } else {
                item = try entry(of: item, under: index)
            }
        }
        return item
    }

    /// `slice x 1 2` is Go's `x[1:2]`.
    static func slice(_ value: TemplateValue, _ indexes: ArraySlice<TemplateValue>) throws(TemplateFault) -> TemplateValue {
        guard !value.isNil else { throw TemplateFault("slice of untyped nil") }
        guard indexes.count <= 3 else { throw TemplateFault("too many slice indexes: \(indexes.count)") }
        guard let count = count(of: value) else { throw TemplateFault("can't slice item of type \(GoFormat.typeName(value))") }
        guard indexes.count < 3 || !GoPrinter.isString(value) else { throw TemplateFault("cannot 3-index slice a string") }
        var bounds = [0, count, count]
        for (place, index) in indexes.enumerated() { bounds[place] = try position(index, upTo: count) }
        guard bounds[0] <= bounds[1] else { throw TemplateFault("invalid slice index: \(bounds[0]) > \(bounds[1])") }
        guard bounds[1] <= bounds[2] else { throw TemplateFault("invalid slice index: \(bounds[1]) > \(bounds[2])") }
        return part(of: value, bounds[0]..<bounds[1])
    }

    /// The name of a value's type, or of what a pointer points to.
    private static func pointee(_ value: TemplateValue) -> String {
        let name = GoFormat.typeName(value)
        return name.hasPrefix("*") ? String(name.dropFirst()) : name
    }

    /// The number of places of something that has places; nil for the rest.
    private static func count(of value: TemplateValue) -> Int? {
        switch value {
        case .string, .bytes: return value.textLength
        case .list(let elements): return elements.count
        case .strings(let elements): return elements.count
        case .object(let object):
            switch object.kind {
            case .list: return object.count
            case .basic: return value.textLength
            case .map, .structure: return nil
            }
        default: return nil
        }
    }

    /// An index as a number in `0...count`: Go checks against the capacity first and leaves the last place to the access itself.
    private static func position(_ index: TemplateValue, upTo count: Int) throws(TemplateFault) -> Int {
        let number: Int64
        switch index {
        case .int(let plain): number = plain
        case .missing, .null: throw TemplateFault("cannot index slice/array with nil")
        case .object(let object):
            guard case .int(let plain)? = object.basic else { fallthrough }
            number = plain
        default: throw TemplateFault("cannot index slice/array with type \(GoFormat.typeName(index))")
        }
        guard number >= 0, number <= count else { throw TemplateFault("index out of range: \(number)") }
        return Int(number)
    }

    private static func element(of value: TemplateValue, at place: Int) -> TemplateValue {
        switch value {
        case .list(let elements): elements[place]
        case .strings(let elements): .string(elements[place])
        case .object(let object) where object.kind == .list: object.element(at: place)
        case .string(let text): .object(GoByte(text.utf8[text.utf8.index(text.startIndex, offsetBy: place)]))
        default: .object(GoByte(value.textBytes[place]))
        }
    }

    private static func entry(of map: TemplateValue, under key: TemplateValue) throws(TemplateFault) -> TemplateValue {
        switch map {
        case .map(let entries): return entries[try mapKey(key)] ?? .missing
        case .object(let object) where object.kind == .map:
            // Labels are UTF-8, so nothing is under other keys.
            if case .bytes = key { return object.zeroElement }
            return object.value(forKey: try mapKey(key)) ?? object.zeroElement
        default: throw TemplateFault("can't index item of type \(pointee(map))")
        }
    }

    private static func mapKey(_ key: TemplateValue) throws(TemplateFault) -> String {
        switch key {
        case .string, .bytes: return key.plainText
        case .missing, .null: throw TemplateFault("value is nil; should be of type string")
        default: throw TemplateFault("value has type \(GoFormat.typeName(key)); should be string")
        }
    }

    private static func part(of value: TemplateValue, _ range: Range<Int>) -> TemplateValue {
        switch value {
        case .list(let elements): return .list(Array(elements[range]))
        case .strings(let elements): return .strings(Array(elements[range]))
        case .object(let object) where object.kind == .list: return .list(range.map { object.element(at: $0) })
        case .object(let content as SafeContent): return .object(SafeContent(part(of: content.value, range), content.kindOfContent))
        case .string(let text):
            let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
            return .text(Array(text.utf8[start..<text.utf8.index(start, offsetBy: range.count)]))
        default: return .text(Array(value.textBytes[range]))
        }
    }
}
