/// One element of a Go layout.
enum LayoutElement: Hashable {
    enum Padding: Hashable { case none, zero, space }

    /// `-0700` and its variants: `parts` counts hours, minutes, seconds; the ISO ones write `Z` for UTC.
    struct OffsetForm: Hashable {
        var isISO: Bool
        var hasColon: Bool
        var parts: Int
    }

    /// `.000` or `.999` with any number of digits, after a point or a comma.
    struct FractionForm: Hashable {
        var separator: String
        var digits: Int
        var trimsZeros: Bool
    }

    case longMonth, month, longWeekday, weekday, hour, longYear, year, zoneName
    case monthNumber(Padding), day(Padding), yearDay(Padding), hour12(Padding), minute(Padding), second(Padding)
    case period(isUpper: Bool)
    case zoneOffset(OffsetForm)
    case fraction(FractionForm)

    /// The element as a layout spells it, for messages.
    var spelling: [UInt8] {
        if case .fraction(let form) = self {
            return Array(form.separator.utf8) + Array(repeating: UInt8(ascii: form.trimsZeros ? "9" : "0"), count: form.digits)
        }
        return Self.spellings.first { $0.element == self }?.text ?? []
    }

    /// Takes the literal text up to the next element, and that element, off a layout; nil when nothing is left.
    static func split(_ layout: inout ArraySlice<UInt8>) -> (literal: ArraySlice<UInt8>, element: LayoutElement?)? {
        guard !layout.isEmpty else { return nil }
        for index in layout.indices {
            guard let (element, length) = at(layout[index...]) else { continue }
            // In `_2006` the underscore is text and the year an element.
            let literal = layout[..<(layout[index] == UInt8(ascii: "_") && element == .longYear ? index + 1 : index)]
            layout = layout[(index + length)...]
            return (literal, element)
        }
        defer { layout = [] }
        return (layout, nil)
    }

    /// Fixed spellings, the longer before those they begin with.
    private static let spellings: [(text: [UInt8], element: LayoutElement)] = {
        func offset(_ text: String, iso: Bool, colon: Bool, parts: Int) -> (String, LayoutElement) {
            (text, .zoneOffset(OffsetForm(isISO: iso, hasColon: colon, parts: parts)))
        }
        let list: [(String, LayoutElement)] = [
            ("January", .longMonth), ("Jan", .month), ("Monday", .longWeekday), ("Mon", .weekday), ("MST", .zoneName),
            ("002", .yearDay(.zero)), ("01", .monthNumber(.zero)), ("02", .day(.zero)), ("03", .hour12(.zero)), ("04", .minute(.zero)),
            ("05", .second(.zero)), ("06", .year), ("15", .hour), ("1", .monthNumber(.none)), ("2006", .longYear), ("2", .day(.none)),
            ("__2", .yearDay(.space)), ("_2006", .longYear), ("_2", .day(.space)), ("3", .hour12(.none)), ("4", .minute(.none)),
            ("5", .second(.none)), ("PM", .period(isUpper: true)), ("pm", .period(isUpper: false)),
            offset("-07:00:00", iso: false, colon: true, parts: 3), offset("-070000", iso: false, colon: false, parts: 3),
            offset("-07:00", iso: false, colon: true, parts: 2), offset("-0700", iso: false, colon: false, parts: 2),
            offset("-07", iso: false, colon: false, parts: 1), offset("Z07:00:00", iso: true, colon: true, parts: 3),
            offset("Z070000", iso: true, colon: false, parts: 3), offset("Z07:00", iso: true, colon: true, parts: 2),
            offset("Z0700", iso: true, colon: false, parts: 2), offset("Z07", iso: true, colon: false, parts: 1),
        ]
        return list.map { (Array($0.utf8), $1) }
    }()

    /// The element that begins here, if any.
    private static func at(_ text: ArraySlice<UInt8>) -> (LayoutElement, length: Int)? {
        if let fraction = fraction(text) { return fraction }
        guard let (spelling, element) = spellings.first(where: { text.starts(with: $0.text) }) else { return nil }
        // `Jan` inside a longer word such as `Janus` is text, and so is `Mon` in `Months`.
        if element == .month || element == .weekday, let next = text.dropFirst(3).first, next &- 0x61 < 26 { return nil }
        return (element, spelling.count)
    }

    /// A point or comma and a run of zeros or nines that no further digit follows.
    private static func fraction(_ text: ArraySlice<UInt8>) -> (LayoutElement, length: Int)? {
        guard let separator = text.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ",") else { return nil }
        guard let digit = text.dropFirst().first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9") else { return nil }
        let digits = text.dropFirst().prefix { $0 == digit }.count
        if let next = text.dropFirst(1 + digits).first, next &- 0x30 < 10 { return nil }
        let form = FractionForm(
            separator: separator == UInt8(ascii: ".") ? "." : ",", digits: min(digits, 9), trimsZeros: digit == UInt8(ascii: "9"))
        return (.fraction(form), 1 + digits)
    }
}
