import JSON

/// Why an IPAM state could not be used.
package struct IPAMError: Error, Equatable, CustomStringConvertible {
    package var description: String
    /// Whether there is none yet: no container has been started.
    var isMissing = false

    init(description: String) { self.description = description }

    init(_ error: FileError) {
        description = error.description
        isMissing = error.isMissing
    }
}

/// The state file of Flatnet's own IPAM (reference 2.8).
///
/// It is read without the plugin's lock, which would hold up the start of containers: the file is replaced as a whole, only its very first
/// version may be seen half written.
package enum IPAMFile {
    static let limit = 16 << 20

    /// Reads the file.
    static func read(_ path: String) throws(IPAMError) -> AddressPool {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try SmallFile.read(path, limit: limit) } catch { throw IPAMError(error) }
        return try parse(bytes, path: path)
    }

    /// Reads the text of the file. Unknown keys are passed over; `host_id` and `multihost` lack in old files.
    package static func parse(_ bytes: [UInt8], path: String) throws(IPAMError) -> AddressPool {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes, depthLimit: 32)
        } catch {
            throw IPAMError(description: bytes.isEmpty ? "\(path) is empty" : "\(path) is no whole JSON: \(error)")
        }
        func address(_ key: String) throws(IPAMError) -> IPv4 {
            guard let text = value[key]?.stringValue, let address = IPv4(text) else {
                throw IPAMError(description: "\(path): \(key) is no IPv4 address")
            }
            return address
        }
        let start = try address("range_start")
        let end = try address("range_end")
        guard start <= end else { throw IPAMError(description: "\(path): range_end \(end.text) comes before range_start \(start.text)") }
        guard let allocations = value["allocations"]?.objectValue else {
            throw IPAMError(description: "\(path): there is no object allocations")
        }
        func text(_ key: String) -> String {
            // An empty label would be none.
            guard let text = value[key]?.stringValue, !text.isEmpty else { return "unknown" }
            return String(text.prefix(64))
        }
        return AddressPool(
            information: AddressPool.Information(
                subnet: text("subnet"), gateway: text("gateway"), rangeStart: start.text, rangeEnd: end.text,
                hostID: String(value["host_id"]?.int64Value ?? 1), multihost: value["multihost"]?.boolValue ?? false ? "true" : "false"),
            ranges: [start...end], entries: allocations.map { $0.value.stringValue.flatMap { IPv4($0) } },
            containers: allocations.map(\.key))
    }
}

/// A network's directory of the IPAM plugin host-local: one file an address, named by it.
enum HostLocalDirectory {
    /// Reads the names in the directory; what is no IPv4 address, such as `lock`, `last_reserved_ip.0` and IPv6 addresses, is passed over.
    ///
    /// Its ranges are in the network's configuration alone.
    static func read(_ path: String, network: NetworkConfiguration?) throws(IPAMError) -> AddressPool {
        let names: [String]
        do throws(FileError) { names = try SmallFile.names(in: path) } catch { throw IPAMError(error) }
        let entries = names.compactMap { IPv4($0) }.map(Optional.some)
        return pool(entries, network: network)
    }

    static func pool(_ entries: [IPv4?], network: NetworkConfiguration?) -> AddressPool {
        let ranges = network?.ranges ?? []
        let information = ranges.first.map {
            AddressPool.Information(
                subnet: $0.subnet, gateway: $0.gateway.text, rangeStart: $0.addresses.lowerBound.text,
                rangeEnd: $0.addresses.upperBound.text,
                hostID: "none", multihost: "false")
        }
        return AddressPool(
            information: information, ranges: ranges.map(\.addresses), excluded: Set(ranges.map(\.gateway)), entries: entries)
    }
}
