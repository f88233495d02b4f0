/// The addresses that an IPAM plugin may give, and those that it has given.
package struct AddressPool: Equatable {
    /// What an IPAM plugin says of itself, as text.
    struct Information: Equatable {
        var subnet = "", gateway = "", rangeStart = "", rangeEnd = "", hostID = "", multihost = ""
    }

    var information: Information?
    /// From where to where; none where it is not known.
    var ranges: [ClosedRange<IPv4>] = []
    /// Within the ranges and never given, such as the gateway's.
    var excluded: Set<IPv4> = []
    /// What is written down, one a container: nil where it is no IPv4 address.
    var entries: [IPv4?] = []
    /// How many entries there are.
    package var count: Int { entries.count }

    /// The containers of `entries`, in the same order; empty where the plugin does not tell.
    var containers: [String] = []

    /// How many addresses there are; nil where the ranges are not known.
    package var size: UInt64? {
        guard !ranges.isEmpty else { return nil }
        return ranges.reduce(0) { size, range in
            let count = UInt64(range.upperBound.number) - UInt64(range.lowerBound.number) + 1
            return size + count - UInt64(excluded.count { range.contains($0) })
        }
    }

    /// How entries are to be taken.
    package struct Usage: Equatable {
        /// Different addresses of the ranges.
        package var allocated: UInt64 = 0
        /// Entries whose address another one has too.
        package var duplicates: UInt64 = 0
        /// Entries beyond the ranges, or on an address that is never given.
        package var outOfRange: UInt64 = 0
        /// Entries that are no address.
        package var unreadable: UInt64 = 0
    }

    /// The entries, each counted once.
    package var usage: Usage {
        var usage = Usage()
        var seen: Set<IPv4> = []
        for entry in entries {
            guard let address = entry else {
                usage.unreadable += 1
                continue
            }
            if !ranges.isEmpty, excluded.contains(address) || !ranges.contains(where: { $0.contains(address) }) {
                usage.outOfRange += 1
            } else if seen.insert(address).inserted {
                usage.allocated += 1
            } else {
                usage.duplicates += 1
            }
        }
        return usage
    }
}
