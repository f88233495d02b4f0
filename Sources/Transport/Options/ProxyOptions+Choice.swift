import Glibc

extension ProxyOptions {
    /// The proxy for a URL, or nil to connect directly. `environment` looks up a variable.
    ///
    /// The rules are those of Go's programs, which configurations were written for: loopback is never proxied by the environment or
    /// beside a `no_proxy` list; `NAME` in capitals wins over `name`.
    func choose(for url: URLParts, environment: (String) -> String?) -> String? {
        if fromEnvironment {
            func variable(_ name: String) -> String? {
                if let value = environment(name), !value.isEmpty { return value }
                return environment(name.lowercased()).flatMap { $0.isEmpty ? nil : $0 }
            }
            guard let proxy = variable(url.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY") else { return nil }
            return Self.isDirect(url, list: variable("NO_PROXY") ?? "") ? nil : proxy
        }
        guard let proxy = self.url, !proxy.isEmpty else { return nil }
        return !noProxy.isEmpty && Self.isDirect(url, list: noProxy) ? nil : proxy
    }

    private static func isDirect(_ url: URLParts, list: String) -> Bool {
        let host = url.host.lowercased()
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true { return true }
        return list.split(separator: ",").contains { item in
            var entry = String(item).lowercased().filter { !$0.isWhitespace }
            if entry == "*" { return true }
            if let slash = entry.firstIndex(of: "/"), let network = IPAddress(String(entry[..<slash])),
                let length = Int(entry[entry.index(after: slash)...])
            {
                return address.map { network.contains($0, prefixLength: length) } ?? false
            }
            if let plain = IPAddress(entry) { return plain == address }
            guard let parts = URLParts("any://" + entry) else { return false }
            if let port = parts.explicitPort, port != url.port { return false }
            entry = parts.host
            if entry.hasPrefix("*.") { entry.removeFirst() }
            if let plain = IPAddress(entry) { return plain == address }
            if entry.hasPrefix(".") { return host.hasSuffix(entry) }
            return host == entry || host.hasSuffix("." + entry)
        }
    }
}

/// A version 4 or 6 address in network order.
struct IPAddress: Equatable {
    let bytes: [UInt8]

    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1] }

    /// The first `prefixLength` bits of both are equal.
    func contains(_ other: IPAddress, prefixLength: Int) -> Bool {
        guard bytes.count == other.bytes.count, (0...bytes.count * 8).contains(prefixLength) else { return false }
        return (0..<prefixLength).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
        }
    }
}
