extension GoLayout {
    /// Why a text does not have the form of a layout; worded as Go's `time.ParseError`.
    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The whole text.
        public let message: String
        /// The message.
        public var description: String { message }
    }

    /// Reads a time by a layout. Missing parts are those of January 1, year 0, 00:00:00; a text without an offset is in the given zone.
    public static func parse(layout: String, _ text: String, in zone: Zone = .utc) throws(ParseError) -> Timestamp {
        var parser = LayoutParser(layout: layout, text: text)
        try parser.read()
        return try parser.time(in: zone)
    }
}
