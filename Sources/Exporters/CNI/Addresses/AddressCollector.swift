import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Time

/// The addresses that are given, the devices that belong to them, and whether the network's configuration agrees.
final class AddressCollector: MetricCollector {
    /// What the last look found. What a silent source cannot say stays as it was.
    private struct Reading: Sendable {
        var pool: AddressPool?
        var usage = AddressPool.Usage()
        var active: UInt64 = 0
        var stale: UInt64 = 0
        var lastChange: Double?
        var isIPAMUp = false
        /// Whether it could ever be read.
        var wasIPAMUp = false
        var readErrors: UInt64 = 0
        /// Whether this look is one of them.
        var isFailure = false
        var ipamProblem: String?
        var isContradicted = false
        var isConfigured = false
        var configurationProblem: String?
        var kernel: KernelView?
    }

    private static let limit = TimeSpan.seconds(3)

    private let options: CNIOptions
    private let log: Logger
    private let look = BoundedLook<Void>(name: "cni addresses")
    private let reading = NIOLockedValueBox(Reading())

    init(registry: MetricRegistry, options: CNIOptions, log: Logger) {
        self.options = options
        self.log = log
        registerAddresses(registry)
        registerState(registry)
        registerDevices(registry)
    }

    /// Whether a network's configuration names the plugin, as of the last look.
    var isConfigured: Bool { reading.withLockedValue { $0.isConfigured } }

    var sources: [SourceState] {
        let seen = reading.withLockedValue { $0 }
        var sources: [SourceState] = []
        if let place = ipamPlace {
            sources.append(
                SourceState(
                    name: "IPAM state", place: place, problem: seen.ipamProblem,
                    advice: seen.ipamProblem == nil ? "" : "start a container with the network, or name the place with --cni.ipam-file"))
        }
        sources.append(
            SourceState(
                name: "network configuration", place: options.configDirectory, problem: seen.configurationProblem,
                advice: seen.configurationProblem == nil
                    ? "" : "put the .conflist with the type \(options.type) back, or name its directory with --cni.config-directory"))
        return sources
    }

    func collect() async {
        let looked = await look.run(limit: Self.limit) { [self] in
            // One look at a time: nothing else but the errors below comes between.
            let found = Self.look(options, reading.withLockedValue { $0 })
            take { reading in
                let errors = reading.readErrors
                reading = found
                reading.readErrors = errors + (found.isFailure ? 1 : 0)
            }
        }
        if case .success = looked { return }
        take { reading in
            reading.isIPAMUp = false
            reading.readErrors += 1
            reading.ipamProblem = "the drive of \(ipamPlace ?? options.configDirectory) does not answer"
        }
    }

    private func take(_ change: (inout Reading) -> Void) {
        let (now, before) = reading.withLockedValue { reading in
            let before = reading
            change(&reading)
            return (reading, before)
        }
        tell(now, before)
    }

    // MARK: Looking

    private var ipamPlace: String? { Self.hostLocal(options) ?? Self.file(options) }

    private static func hostLocal(_ options: CNIOptions) -> String? { options.hostLocalDirectory.flatMap { $0.isEmpty ? nil : $0 } }

    private static func file(_ options: CNIOptions) -> String? { options.ipamFile.flatMap { $0.isEmpty ? nil : $0 } }

    private static func look(_ options: CNIOptions, _ before: Reading) -> Reading {
        var reading = before
        reading.isFailure = false
        let configurations = NetworkConfigurations(directory: options.configDirectory, type: options.type)
        reading.isConfigured = configurations.found != nil
        reading.configurationProblem = configurations.problem
        let kernel = KernelView(bridge: options.bridge, sysDirectory: options.sysDirectory, procDirectory: options.procDirectory)
        reading.kernel = kernel
        do throws(IPAMError) {
            let pool: AddressPool
            if let directory = hostLocal(options) {
                pool = try HostLocalDirectory.read(directory, network: configurations.found)
            } else if let file = file(options) {
                pool = try IPAMFile.read(file)
            } else {
                return reading
            }
            reading.pool = pool
            reading.usage = pool.usage
            reading.lastChange = ipamChange(options)
            reading.isIPAMUp = true
            reading.wasIPAMUp = true
            reading.ipamProblem = nil
        } catch {
            // Before the plugin's first container there is nothing to read, which is no failure.
            reading.isFailure = !error.isMissing || before.wasIPAMUp
            reading.isIPAMUp = false
            reading.ipamProblem = error.description
            // The size of host-local's pool is known before.
            if !reading.wasIPAMUp, hostLocal(options) != nil { reading.pool = HostLocalDirectory.pool([], network: configurations.found) }
        }
        guard let pool = reading.pool else { return reading }
        if hostLocal(options) != nil {
            // The devices of other plugins are named at random: the bridge has one of them a container.
            let count = UInt64(pool.entries.count)
            reading.active = min(count, UInt64(kernel.ports ?? 0))
            reading.stale = count - reading.active
        } else {
            let prefix = options.vethPrefix
            reading.active = UInt64(pool.containers.count { kernel.devices.contains(prefix + $0.prefix(12)) })
            reading.stale = UInt64(pool.containers.count) - reading.active
            if let information = pool.information, let network = configurations.found {
                reading.isContradicted = network.contradicts(information)
            }
        }
        return reading
    }

    /// When the state was last replaced.
    private static func ipamChange(_ options: CNIOptions) -> Double? {
        var status = stat()
        guard let place = hostLocal(options) ?? file(options), stat(place, &status) == 0 else { return nil }
        return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// Says once what has gone wrong since the last look, and what is well again.
    private func tell(_ now: Reading, _ before: Reading) {
        if let problem = now.ipamProblem, before.ipamProblem == nil, before.wasIPAMUp {
            log.warning("The IPAM state cannot be read, the last good values are shown: \(problem)")
        } else if now.ipamProblem == nil, before.ipamProblem != nil, before.wasIPAMUp {
            log.notice("The IPAM state is read again")
        }
    }

    // MARK: Families

    private func registerAddresses(_ registry: MetricRegistry) {
        registry.collect(
            "flatnet_cni_ip_allocated", help: "Addresses that are given to containers, from the IPAM state."
        ) { [reading] in Double(reading.withLockedValue { $0.usage.allocated }) }
        registry.collect(
            "flatnet_cni_ip_pool_size", help: "Addresses that can be given; absent until the IPAM state or the ranges could be read."
        ) { [reading] in Self.sample(reading.withLockedValue { $0.pool?.size }) }
        registry.collect(
            "flatnet_cni_ip_free", help: "Addresses that are still free; absent until the IPAM state or the ranges could be read."
        ) { [reading] in
            reading.withLockedValue { reading in
                Self.sample(reading.pool?.size.map { $0 - min($0, reading.usage.allocated) })
            }
        }
        registry.collect(
            "flatnet_cni_active_containers",
            help: "Containers with an address whose device on the host exists; for host-local as many as there are devices on the bridge."
        ) { [reading] in Double(reading.withLockedValue { $0.active }) }
        registry.collect(
            "flatnet_cni_ip_stale_allocations", help: "Containers with an address and without a device on the host."
        ) { [reading] in Double(reading.withLockedValue { $0.stale }) }
        registry.collect(
            "flatnet_cni_ip_invalid_allocations",
            help: "Entries of the IPAM state that are left out of the given addresses: given twice, beyond the range, no address.",
            labels: ["reason"]
        ) { [reading] in
            let usage = reading.withLockedValue { $0.usage }
            return [("duplicate", usage.duplicates), ("out_of_range", usage.outOfRange), ("unreadable", usage.unreadable)].map {
                MetricSample(labels: [$0.0], value: Double($0.1))
            }
        }
    }

    private func registerState(_ registry: MetricRegistry) {
        registry.collect(
            "flatnet_cni_ipam_info", help: "What the IPAM state says of itself; the value is 1.",
            labels: ["subnet", "gateway", "range_start", "range_end", "host_id", "multihost"]
        ) { [reading] in
            guard let own = reading.withLockedValue({ $0.pool?.information }) else { return [] }
            return [MetricSample(labels: [own.subnet, own.gateway, own.rangeStart, own.rangeEnd, own.hostID, own.multihost], value: 1)]
        }
        registry.collect(
            "flatnet_cni_ipam_up",
            help: "Whether the IPAM state could be read at the last look; 0 with the last good values, and before the first container."
        ) { [reading] in reading.withLockedValue { $0.isIPAMUp } ? 1 : 0 }
        registry.collect(
            "flatnet_cni_ipam_config_mismatch",
            help: "Whether the IPAM state gives addresses of another subnet or host than the network's configuration means."
        ) { [reading] in reading.withLockedValue { $0.isContradicted } ? 1 : 0 }
        registry.collect(
            "flatnet_cni_ipam_read_errors_total", help: "Looks at the IPAM state that failed, with the last good values kept.",
            type: .counter
        ) { [reading] in Double(reading.withLockedValue { $0.readErrors }) }
        registry.collect(
            "flatnet_cni_ipam_last_change_timestamp_seconds", help: "When the IPAM state was last replaced; absent before it could be read."
        ) { [reading] in reading.withLockedValue { $0.lastChange }.map { [MetricSample(value: $0)] } ?? [] }
    }

    private func registerDevices(_ registry: MetricRegistry) {
        let bridge = options.bridge
        registry.collect(
            "flatnet_cni_bridge_up",
            help: "Whether the bridge is there and passes packets, or would if it had a container; from /sys/class/net.", labels: ["bridge"]
        ) { [reading] in
            [MetricSample(labels: [bridge], value: reading.withLockedValue { $0.kernel?.isBridgeUp } == true ? 1 : 0)]
        }
        registry.collect(
            "flatnet_cni_ip_forwarding_enabled", help: "Whether the kernel passes packets on, from net.ipv4.ip_forward."
        ) { [reading] in reading.withLockedValue { $0.kernel?.isForwarding } == true ? 1 : 0 }
    }

    private static func sample(_ value: UInt64?) -> [MetricSample] { value.map { [MetricSample(value: Double($0))] } ?? [] }
}
