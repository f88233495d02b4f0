import Glibc

/// An IPv4 address as a number, and the network of a prefix.
struct IPv4: Hashable, Comparable {
    var number: UInt32

    init(_ number: UInt32) { self.number = number }

    /// Reads four decimal numbers with dots and nothing else.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 15 else { return nil }
        var address = in_addr()
        guard inet_pton(AF_INET, String(text), &address) == 1 else { return nil }
        number = UInt32(bigEndian: address.s_addr)
    }

    static func < (left: IPv4, right: IPv4) -> Bool { left.number < right.number }

    /// In the usual form.
    var text: String { "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)" }
}

/// A subnet such as `10.87.1.0/24`.
struct IPv4Network: Equatable {
    /// Its first address.
    let first: IPv4
    /// Its last one, the broadcast address.
    let last: IPv4

    /// Reads an address and a prefix length; bits behind the prefix are not looked at.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4(parts[0]), let length = UInt32(parts[1]), length <= 32 else { return nil }
        let mask: UInt32 = length == 0 ? 0 : ~0 << (32 - length)
        first = IPv4(address.number & mask)
        last = IPv4(address.number & mask | ~mask)
    }
}
