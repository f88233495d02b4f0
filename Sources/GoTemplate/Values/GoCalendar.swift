public import JSON
public import Time

/// Go's `time.Month`: a number from 1 that prints as its name.
public struct GoMonth: TemplateObject, Hashable {
    /// January is 1.
    public let number: Int

    /// A month.
    public init(_ number: Int) { self.number = number }

    /// Go's name of the type.
    public var goType: String { "time.Month" }
    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The number.
    public var basic: TemplateValue? { .int(Int64(number)) }
    /// The English name.
    public var text: String? { Self.name(number) }
    /// Writes the number.
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(number) }

    /// Gives `String`.
    public func method(_ name: String) -> TemplateMethod? {
        guard name == "String" else { return nil }
        let name = Self.name(number)
        return TemplateMethod([]) { _, _ in .string(name) }
    }

    /// The English name of a month.
    static func name(_ number: Int) -> String {
        // A day in the middle of that month of any year.
        GoLayout.format(Zone.utc.timestamp(year: 2000, month: number, day: 15), layout: "January")
    }
}

/// Go's `time.Weekday`: a number from 0 for Sunday that prints as its name.
public struct GoWeekday: TemplateObject, Hashable {
    /// Sunday is 0.
    public let number: Int

    /// A day of the week.
    public init(_ number: Int) { self.number = number }

    /// Go's name of the type.
    public var goType: String { "time.Weekday" }
    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The number.
    public var basic: TemplateValue? { .int(Int64(number)) }
    /// The English name.
    public var text: String? { name }
    /// Writes the number.
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(number) }

    /// Gives `String`.
    public func method(_ name: String) -> TemplateMethod? {
        guard name == "String" else { return nil }
        let name = self.name
        return TemplateMethod([]) { _, _ in .string(name) }
    }

    private var name: String {
        // The second of January 2000 was a Sunday.
        GoLayout.format(Zone.utc.timestamp(year: 2000, month: 1, day: 2 + number), layout: "Monday")
    }
}

/// Go's `*time.Location`.
public struct GoLocation: TemplateObject, Hashable {
    /// The zone.
    public let zone: Zone

    /// A zone.
    public init(_ zone: Zone) { self.zone = zone }

    /// Go's name of the type.
    public var goType: String { "*time.Location" }
    /// A pointer to a structure without visible fields.
    public var kind: TemplateKind { .structure }
    /// The zone's name.
    public var text: String? { zone.name == "Local" ? Zone.localName : zone.name }
    /// Writes an empty object: Go's type has no visible fields.
    public func writeJSON(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.endObject()
    }

    /// Gives `String`.
    public func method(_ name: String) -> TemplateMethod? {
        guard name == "String" else { return nil }
        let name = zone.name
        return TemplateMethod([]) { _, _ in .string(name) }
    }
}
