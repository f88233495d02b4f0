package import JSON

/// What a network's configuration says of the plugin (reference 2.10).
package struct NetworkConfiguration: Equatable {
    /// A range of host-local, with its gateway, which it never gives.
    struct Range: Equatable {
        var subnet: String
        var gateway: IPv4
        var addresses: ClosedRange<IPv4>
    }

    /// Of several hosts, 1 to 254; nil on a single one.
    var hostID: Int64?
    /// As it is written.
    var subnet: String?
    /// Those of host-local; none where another IPAM plugin is named.
    var ranges: [Range] = []

    /// The plugin of a type in the text of a `.conflist`; nil when there is none. Unknown keys are passed over.
    package static func find(type: String, in text: [UInt8]) throws(JSONError) -> NetworkConfiguration? {
        let value = try JSONValue.parse(text, depthLimit: 64)
        guard let plugin = value["plugins"]?.arrayValue?.first(where: { $0["type"]?.stringValue == type }) else { return nil }
        let ipam = plugin["ipam"]
        return NetworkConfiguration(
            hostID: (ipam?["hostId"] ?? plugin["hostId"])?.int64Value, subnet: ipam?["subnet"]?.stringValue,
            ranges: ipam?["type"]?.stringValue == "host-local" ? ranges(in: ipam ?? .null) : [])
    }

    /// How many addresses the ranges of host-local hold.
    package var addressCount: UInt64 { HostLocalDirectory.pool([], network: self).size ?? 0 }

    private static func ranges(in ipam: JSONValue) -> [Range] {
        let sets = ipam["ranges"]?.arrayValue ?? []
        // The form before sets of ranges comes beside them.
        return (sets.flatMap { $0.arrayValue ?? [] } + [ipam]).compactMap(range)
    }

    /// host-local's own defaults: the first address is the gateway, the last one is for all.
    private static func range(_ value: JSONValue) -> Range? {
        guard let subnet = value["subnet"]?.stringValue, let network = IPv4Network(subnet), network.last.number - network.first.number >= 3
        else {
            return nil
        }
        func address(_ key: String) -> IPv4? { value[key]?.stringValue.flatMap { IPv4($0) } }
        let start = address("rangeStart") ?? IPv4(network.first.number + 1)
        let end = address("rangeEnd") ?? IPv4(network.last.number - 1)
        guard start <= end else { return nil }
        return Range(subnet: subnet, gateway: address("gateway") ?? IPv4(network.first.number + 1), addresses: start...end)
    }

    /// Whether the plugin's IPAM gives other addresses than this configuration means: a plugin that was given a `hostId` later goes on with the
    /// state of a single host, whose subnet is then another than its bridge's.
    func contradicts(_ information: AddressPool.Information) -> Bool {
        if let hostID {
            guard information.multihost == "true", information.hostID == String(hostID) else { return true }
        } else if information.multihost == "true" {
            return true
        }
        guard let wanted = (subnet ?? hostID.map { "10.100.\($0).0/24" }).flatMap(IPv4Network.init),
            let given = IPv4Network(information.subnet)
        else { return false }
        return wanted != given
    }
}

/// The network configurations in a directory.
struct NetworkConfigurations {
    /// The first with the plugin, by the files' names.
    var found: NetworkConfiguration?
    /// Which file that is.
    var file: String?
    /// Why nothing was found; nil when something was.
    var problem: String?

    private static let limit = 1 << 20

    /// Looks through all `*.conflist` of a directory.
    init(directory path: String, type: String) {
        var problems: [String] = []
        let names: [String]
        do throws(FileError) {
            names = try SmallFile.names(in: path)
        } catch {
            problem = error.description
            return
        }
        for name in names.sorted() where name.hasSuffix(".conflist") {
            let file = "\(path)/\(name)"
            let text: [UInt8]
            do throws(FileError) {
                text = try SmallFile.read(file, limit: Self.limit)
            } catch {
                problems.append(error.description)
                continue
            }
            do throws(JSONError) {
                guard let found = try NetworkConfiguration.find(type: type, in: text) else { continue }
                self.found = found
                self.file = file
                return
            } catch {
                problems.append("\(file) is no JSON: \(error)")
            }
        }
        problem = (["no *.conflist in \(path) has a plugin of the type \(type)"] + problems).joined(separator: "; ")
    }
}
