import ArgumentParser
import Exporters

/// Which plugin is meant.
struct CNIShimFlags: ParsableArguments {
    @Option(help: "The plugin, where the container engine looks for it.", completion: .file())
    var plugin = "/opt/cni/bin/flatnet"

    /// Does something at the plugin's place and says what.
    func run(_ console: Console, _ body: (CNIShimInstallation) throws(CNIShimError) -> [String]) throws(ClientError) {
        do throws(CNIShimError) {
            for line in try body(try CNIShimInstallation(plugin: plugin)) { console.print(line) }
        } catch {
            throw .failed("\(error)")
        }
    }
}

/// `cni-shim install`: a stand-in before the CNI plugin, which writes down its operations.
struct CNIShimInstall: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool cni-shim install",
        abstract: "Put a stand-in before the CNI plugin that writes down its operations.",
        discussion: """
            The plugin is renamed to NAME.real, and a copy of this program takes its place. It passes everything on to the real plugin unchanged, and \
            appends a line for each ADD, DEL and CHECK to a log, which exporter cni counts. A container never fails because of it. Run it again after \
            a newer plugin was put in the place, and after flatalert was upgraded.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var flags: CNIShimFlags

    @Option(
        help:
            "Where operations are written down, /var/log/flatnet/cni.log unless told before; FLATALERT_CNI_LOG in the engine's environment wins.",
        completion: .file())
    var log: String?

    func run(_ session: ClientSession) async throws(ClientError) {
        try flags.run(session.console) { installation throws(CNIShimError) in try installation.install(log: log) }
    }
}

/// `cni-shim uninstall`: the real plugin back in its place.
struct CNIShimUninstall: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool cni-shim uninstall", abstract: "Put the real CNI plugin back in its place.",
        discussion: "The log that the stand-in wrote stays.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var flags: CNIShimFlags

    func run(_ session: ClientSession) async throws(ClientError) {
        try flags.run(session.console) { installation throws(CNIShimError) in try installation.uninstall() }
    }
}

/// `cni-shim status`: whether the plugin's operations are written down.
struct CNIShimStatus: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool cni-shim status", abstract: "Tell whether the CNI plugin's operations are written down.",
        discussion: "Exit code 1 means that they are not.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var flags: CNIShimFlags

    func run(_ session: ClientSession) async throws(ClientError) {
        var isInstalled = false
        try flags.run(session.console) { installation throws(CNIShimError) in
            let status = try installation.status()
            isInstalled = status.isInstalled
            return status.lines
        }
        if !isInstalled { throw .alreadyTold }
    }
}
