import StrictYAML

/// What must hold for any bytes given to StrictYAML:
/// - a document's value, written and parsed again, is equal, at any line width;
/// - every error has a place in the file and a message.
public func fuzzYAML(_ bytes: UnsafeRawBufferPointer) {
    let text = Array(bytes)
    let limits = YAMLDocument.Limits(depth: 50, nodes: 20_000)
    let root: YAMLNode?
    do throws(YAMLError) {
        root = try YAMLDocument.parse(text, file: "fuzz", limits: limits)
    } catch {
        let isPlaced = error.issues.allSatisfy { $0.position.line > 0 && $0.position.column > 0 && !$0.message.isEmpty }
        if error.issues.isEmpty || !isPlaced { fuzzFailure("an error without place or message", bytes) }
        return
    }
    guard let root else { return }
    let value = YAMLValue(root)
    for width in [nil, 80, 20] {
        let written = YAMLWriter(lineWidth: width).bytes(value)
        do throws(YAMLError) {
            let again = try YAMLDocument.parse(written, file: "written", limits: limits)
            if !isSame(value, again.map { YAMLValue($0) } ?? .null) {
                fuzzFailure(
                    "a written document reads back as another (\(String(decoding: written, as: UTF8.self).debugDescription))", bytes)
            }
        } catch {
            fuzzFailure("a written document does not read back (\(error))", bytes)
        }
    }
    decodeAnything(root)
}

/// Equality that takes a whole float for the integer it is written as, and not-a-number for itself.
private func isSame(_ left: YAMLValue, _ right: YAMLValue) -> Bool {
    switch (left, right) {
    case (.double(let left), .double(let right)): return left == right || (left.isNaN && right.isNaN)
    case (.double(let left), .integer(let right)): return left == Double(right)
    case (.sequence(let left), .sequence(let right)): return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    case (.mapping(let left), .mapping(let right)):
        return left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && isSame($0.value, $1.value) }
    default: return left == right
    }
}

/// Asks for every type everywhere: only reports may come of it.
private func decodeAnything(_ root: YAMLNode) {
    let decoder = YAMLDecoder(file: "fuzz")
    func decode(_ element: YAMLElement) {
        _ = element.bool()
        _ = element.int(in: 0...10)
        _ = element.double()
        _ = element.string()
        _ = element.stringMap()
        element.elements()?.forEach(decode)
        _ = element.mapping(as: "anything") { mapping in
            _ = mapping.string("name")
            if let nested = mapping["value"] { decode(nested) }
        }
    }
    if let element = decoder.element(root) { decode(element) }
}
