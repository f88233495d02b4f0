import AlertRouter
import Exporters

extension ExporterFactory {
    /// The options that the flags of the Gateway exporter mean.
    func options(_ flags: GatewayFlags) throws -> GatewayOptions {
        var options = GatewayOptions(version: ProductInfo.version)
        options.url = flags.url
        options.accessLog = flags.accessLog
        options.errorLog = flags.errorLog
        options.errorLogTimeZone = flags.errorLogZone
        options.registryLog = flags.registryLog
        options.stubStatusURL = flags.stubStatusURL
        options.apiURL = flags.apiURL
        options.nginxConfig = flags.nginxConfiguration
        options.upstreams = try flags.upstreams.map { try GatewayUpstream($0) }
        options.probesVisiblePaths = flags.probesLocations
        options.latencyExclusions = flags.latencyExclusions
        options.syslogListen = flags.syslogAddress
        options.stateDirectory = stateDirectory
        options.fromBeginning = countsFromBeginning
        return options
    }

    /// The options that the flags of the CNI exporter mean.
    func options(_ flags: CNIFlags) -> CNIOptions {
        var options = CNIOptions(version: ProductInfo.version)
        options.plugin = flags.plugin
        options.type = flags.type
        options.configDirectory = flags.configurationDirectory
        options.ipamFile = flags.ipamFile
        options.hostLocalDirectory = flags.hostLocalDirectory
        options.eventLog = flags.eventLog
        options.bridge = flags.bridge
        options.vethPrefix = flags.vethPrefix
        options.stateDirectory = stateDirectory
        options.fromBeginning = countsFromBeginning
        return options
    }

    /// The options that the flags of the host exporter mean.
    func options(_ flags: HostFlags) -> HostOptions {
        var options = HostOptions(version: ProductInfo.version)
        options.root = flags.root
        if flags.root != "/" { options.places = HostOptions.Places(root: flags.root) }
        options.requiredMounts = flags.requiredMounts
        options.optionalMounts = flags.optionalMounts
        options.stateDirectory = stateDirectory
        return options
    }
}
