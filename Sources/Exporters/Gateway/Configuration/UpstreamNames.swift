import NIOConcurrencyHelpers

/// The names of upstreams by the addresses that nginx writes into its error log. Shared by those who learn them and those who count.
final class UpstreamNames: Sendable {
    /// What has no name.
    static let other = "other"
    /// More names than this are not told apart: a label must stay bounded.
    static let limit = 256

    private struct Table {
        var names: [String] = []
        var byAddress: [String: String] = [:]
    }

    private let given: [GatewayUpstream]
    private let table = NIOLockedValueBox(Table())

    /// The names that flags give; they come before those of the configuration.
    init(_ given: [GatewayUpstream] = []) {
        self.given = given
        learn(NginxConfiguration())
    }

    /// Takes the names of a configuration in place of those of the one before.
    func learn(_ configuration: NginxConfiguration) {
        table.withLockedValue { table in
            table.byAddress = [:]
            table.names = []
            func add(_ name: String, _ address: String?) {
                if !table.names.contains(name) {
                    guard table.names.count < Self.limit else { return }
                    table.names.append(name)
                }
                if let address, table.byAddress[address] == nil { table.byAddress[address] = name }
            }
            for upstream in given { add(upstream.name, upstream.address) }
            for upstream in configuration.upstreams {
                add(upstream.name, nil)
                for address in upstream.loggedAddresses { add(upstream.name, address) }
            }
        }
    }

    /// All names that are known, without `other`.
    var all: [String] { table.withLockedValue { $0.names } }

    /// The name for an address as the error log has it, or for a group that had no live server.
    func name(of address: String) -> String {
        table.withLockedValue { table in
            if let name = table.byAddress[address] { return name }
            return table.names.contains(address) ? address : Self.other
        }
    }
}
