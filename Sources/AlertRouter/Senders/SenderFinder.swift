import AlertCore
import Time
import WebServer

/// Finds the senders of one request's alerts. Alerts of one request mostly have the same, so the book is asked once.
struct SenderFinder {
    private let book: SenderBook
    private let address: String
    private let agent: String
    private let now: Timestamp
    private var origin: [UInt8] = []
    private var last: SenderID?

    init(_ request: WebRequest, book: SenderBook, at now: Timestamp) {
        self.book = book
        self.now = now
        address = String(request.peer[..<(request.peer.lastIndex(of: ":") ?? request.peer.endIndex)])
        let product = (request.headers["User-Agent"] ?? "").prefix(60)
        agent = String(product.prefix { $0 != "/" && $0 != " " })
    }

    /// The sender of an alert with this link to its source; an empty one where it has none.
    mutating func sender(of link: UnsafeBufferPointer<UInt8>) -> SenderID {
        let length = Self.originLength(link)
        if let last, length == origin.count, origin.elementsEqual(link.prefix(length)) { return last }
        origin = Array(link.prefix(length))
        let id = book.id(of: Sender(address: address, agent: agent, origin: String(decoding: origin, as: UTF8.self)), at: now)
        last = id
        return id
    }

    /// How many bytes stand before the path: scheme and host. Nothing of a link that has no host.
    private static func originLength(_ link: UnsafeBufferPointer<UInt8>) -> Int {
        var slashes = 0
        for (index, byte) in link.enumerated() {
            switch byte {
            case UInt8(ascii: "/"):
                slashes += 1
                if slashes == 3 { return index }
            case UInt8(ascii: "?"), UInt8(ascii: "#"): return slashes == 2 ? index : 0
            default: if index >= 256 { return 0 }
            }
        }
        return slashes == 2 ? link.count : 0
    }
}
