/// The numbers of nginx's stub_status page (reference 2.3).
struct StubStatus: Hashable, Sendable {
    var active, accepted, handled, requests, reading, writing, waiting: UInt64

    /// Reads the page: numbers between the words that every version of nginx writes. nil for any other page.
    init?(_ body: [UInt8]) {
        guard body.count <= 4096 else { return nil }
        let words = body.split { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
        var rest = words[...]
        func take(_ expected: String...) -> Bool {
            guard rest.starts(with: expected) else { return false }
            rest = rest.dropFirst(expected.count)
            return true
        }
        func number() -> UInt64? { rest.popFirst().flatMap { $0.utf8.first == UInt8(ascii: "+") ? nil : UInt64($0) } }
        guard take("Active", "connections:"), let active = number(), take("server", "accepts", "handled", "requests") else { return nil }
        // Some builds count the time of all requests in a fourth column.
        let hasTime = take("request_time")
        guard let accepted = number(), let handled = number(), let requests = number(), !hasTime || number() != nil else { return nil }
        guard take("Reading:"), let reading = number(), take("Writing:"), let writing = number(), take("Waiting:"), let waiting = number(),
            rest.isEmpty
        else { return nil }
        (self.active, self.accepted, self.handled, self.requests) = (active, accepted, handled, requests)
        (self.reading, self.writing, self.waiting) = (reading, writing, waiting)
    }
}
