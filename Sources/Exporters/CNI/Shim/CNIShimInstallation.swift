import CPlatform
import Glibc
import JSON
import Time

/// Puts the stand-in in a plugin's place, and takes it away again.
///
/// At every moment a working plugin lies at the path: the stand-in takes the place by a rename, after it was tried, and the real plugin lies
/// beside it before. What is not understood is left alone.
public struct CNIShimInstallation: Sendable {
    /// Where the container engine looks for the plugin.
    public let plugin: String
    /// Where the stand-in looks for the real one.
    public var real: String { plugin + CNIShim.realSuffix }
    /// The stand-in's settings.
    public var configuration: String { plugin + CNIShim.configurationSuffix }

    /// The file of this program, which becomes the stand-in.
    private let program: String
    private let limit = TimeSpan.seconds(5)

    /// The installation at a path.
    public init(plugin: String, program: String = "/proc/self/exe") throws(CNIShimError) {
        guard plugin.hasPrefix("/"), !plugin.hasSuffix("/") else {
            throw CNIShimError("the plugin \"\(plugin)\" is no absolute path", advice: "give one such as /opt/cni/bin/flatnet")
        }
        guard !plugin.hasSuffix(CNIShim.realSuffix) else {
            throw CNIShimError("\(plugin) is where the real plugin is kept", advice: "give the path without \(CNIShim.realSuffix)")
        }
        self.plugin = plugin
        self.program = program
    }

    // MARK: Install

    /// Puts the stand-in in the plugin's place; also again after a newer plugin or a newer flatalert has come.
    ///
    /// - Parameter log: where operations are to be written down; nil leaves that as it is.
    /// - Returns: what was done, in words.
    public func install(log: String? = nil) throws(CNIShimError) -> [String] {
        if let log, !log.hasPrefix("/") {
            throw CNIShimError("the log \"\(log)\" is no absolute path", advice: "give one that begins with /")
        }
        let lock = try lockDirectory()
        defer { close(lock) }
        // The stand-in is called as soon as it is in its place, and must know its log then.
        let hadConfiguration = access(configuration, F_OK) == 0
        if let log { try writeConfiguration(log) }
        var said: [String]
        do throws(CNIShimError) {
            said = [try putInPlace()]
        } catch {
            if log != nil, !hadConfiguration { unlink(configuration) }
            throw error
        }
        if let path = EventLogFile(place: StandInPlace(plugin: plugin)).path {
            EventLogFile(path: path).append([])
            said.append("Operations are written down in \(path)")
        }
        return said
    }

    /// Does what has to be done for what is found, and says it.
    private func putInPlace() throws(CNIShimError) -> String {
        switch (try kind(plugin), try kind(real)) {
        case (.standIn(isThisOne: true), .plugin):
            return "The stand-in is in its place already: \(plugin)"
        case (.standIn(isThisOne: false), .plugin):
            try placeStandIn(keepsReal: true)
            return "The stand-in at \(plugin) is now this version of flatalert"
        case (.plugin, .missing):
            try keepPlugin()
            try placeStandIn(keepsReal: false)
            return "The stand-in is in its place: \(plugin); the real plugin is \(real)"
        case (.plugin, .plugin):
            // Somebody has put a newer plugin over the stand-in.
            try keepPlugin()
            try placeStandIn(keepsReal: true)
            return "The plugin that was put over the stand-in is now \(real); the stand-in is in its place again: \(plugin)"
        case (.missing, .plugin):
            try placeStandIn(keepsReal: true)
            return "The stand-in is in its place, which was empty: \(plugin)"
        case (.missing, .missing):
            throw CNIShimError("there is no plugin at \(plugin)", advice: "install Flatnet's plugin first, or name it with --plugin")
        case (.standIn, .missing):
            throw CNIShimError(
                "\(plugin) is the stand-in, but the real plugin \(real) is missing",
                advice: "put the real plugin at \(plugin) and try again")
        case (_, .standIn):
            throw CNIShimError("\(real) is flatalert and no plugin", advice: "put the real plugin there")
        case (.other(let what), _): throw CNIShimError("\(plugin) is \(what)", advice: "put the plugin there first")
        case (_, .other(let what)): throw CNIShimError("\(real) is \(what)", advice: "move it away, or put the real plugin there")
        }
    }

    /// Makes the plugin's file known under the real name too, in place of what may be there.
    private func keepPlugin() throws(CNIShimError) {
        guard !isSameFile(plugin, real) else { return }
        let temporary = temporaryName("real")
        unlink(temporary)
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(plugin, &buffer, buffer.count - 1)
        if length > 0 {
            // Of a symbolic link its twin in the same directory leads to the same file.
            guard symlink(buffer, temporary) == 0 else { throw failure("make", temporary) }
        } else if link(plugin, temporary) != 0 {
            // Some file systems have no second names.
            try copy(plugin, to: temporary)
        }
        guard rename(temporary, real) == 0 else {
            let error = failure("make", real)
            unlink(temporary)
            throw error
        }
        syncDirectory()
    }

    /// Copies this program beside the plugin, tries it there, and puts it in the plugin's place.
    private func placeStandIn(keepsReal: Bool) throws(CNIShimError) {
        let temporary = temporaryName("new")
        unlink(temporary)
        do throws(CNIShimError) {
            try copy(program, to: temporary)
            try tryOut(temporary)
            guard rename(temporary, plugin) == 0 else { throw failure("replace", plugin) }
        } catch {
            unlink(temporary)
            if !keepsReal { unlink(real) }
            throw error
        }
        syncDirectory()
    }

    /// Whether the stand-in gives the real plugin's answer.
    private func tryOut(_ program: String) throws(CNIShimError) {
        let wanted = PluginProbe(plugin: real, limit: limit, name: plugin).run()
        let given = PluginProbe(plugin: program, limit: limit, name: plugin).run()
        guard wanted != given else { return }
        throw CNIShimError(
            "asked for its versions, the plugin \(wanted.words); through the stand-in it \(given.words)",
            advice: "nothing was changed; look whether \(real) can be run, and whether there is room for \(plugin)")
    }

    private func writeConfiguration(_ log: String) throws(CNIShimError) {
        var writer = JSONWriter(escapesHTML: false)
        writer.value(["log": .string(log)])
        let temporary = temporaryName("json")
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("make", temporary) }
        fchmod(file, 0o644)
        let text = writer.bytes + [UInt8(ascii: "\n")]
        let isWritten = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == text.count && fsync(file) == 0
        close(file)
        guard isWritten, rename(temporary, configuration) == 0 else {
            let error = failure("write", configuration)
            unlink(temporary)
            throw error
        }
        syncDirectory()
    }

    // MARK: Uninstall

    /// Puts the real plugin back in its place.
    ///
    /// - Returns: what was done, in words.
    public func uninstall() throws(CNIShimError) -> [String] {
        let lock = try lockDirectory()
        defer { close(lock) }
        let said: String
        switch (try kind(plugin), try kind(real)) {
        case (.standIn, .plugin), (.missing, .plugin):
            guard rename(real, plugin) == 0 else { throw failure("put back", plugin) }
            said = "The real plugin is back in its place: \(plugin)"
        case (.plugin, .plugin):
            guard unlink(real) == 0 else { throw failure("remove", real) }
            said = "\(plugin) is the real plugin, put there over the stand-in; the older \(real) is removed"
        case (.plugin, .missing): said = "There is no stand-in at \(plugin)"
        case (.missing, .missing): throw CNIShimError("there is no plugin at \(plugin)", advice: "name it with --plugin")
        case (.standIn, _):
            throw CNIShimError(
                "\(plugin) is the stand-in, and \(real) is no plugin", advice: "put the real plugin at \(plugin), then remove \(real)")
        case (_, .standIn): throw CNIShimError("\(real) is flatalert and no plugin", advice: "remove it if \(plugin) works")
        case (.other(let what), _): throw CNIShimError("\(plugin) is \(what)", advice: "put the plugin there")
        case (_, .other(let what)): throw CNIShimError("\(real) is \(what)", advice: "remove it if \(plugin) works")
        }
        unlink(configuration)
        syncDirectory()
        return [said]
    }
}

// MARK: - Status

extension CNIShimInstallation {
    /// How things are at the path.
    public struct Status: Sendable, Equatable {
        /// Whether operations are written down.
        public var isInstalled: Bool
        /// What there is and what to do, line by line.
        public var lines: [String]
    }

    /// Looks at the plugin, the real one beside it and the log; changes nothing.
    public func status() throws(CNIShimError) -> Status {
        let (here, beside) = (try kind(plugin), try kind(real))
        var status = Status(isInstalled: false, lines: [])
        switch (here, beside) {
        case (.standIn(let isThisOne), .plugin):
            status.isInstalled = true
            status.lines.append("stand-in     \(plugin)" + (isThisOne ? "" : ", of another version: flatalert cni-shim install renews it"))
            status.lines.append("real plugin  \(real), \(PluginProbe(plugin: plugin, limit: limit).run().words)")
            status.lines.append("event log    \(logWords)")
        case (.plugin, .plugin):
            status.lines.append(
                "real plugin  \(plugin), put over the stand-in: flatalert cni-shim install puts the stand-in back before it")
            status.lines.append("older one    \(real)")
        case (.plugin, _):
            status.lines.append("real plugin  \(plugin), \(PluginProbe(plugin: plugin, limit: limit).run().words)")
            status.lines.append("no stand-in: flatalert cni-shim install puts one before it")
        case (.standIn, _):
            status.lines.append("stand-in     \(plugin)")
            status.lines.append(
                "real plugin  missing: no container can start; put the plugin at \(plugin) and run flatalert cni-shim install")
        case (.missing, .plugin):
            status.lines.append(
                "nothing at   \(plugin): no container can start; flatalert cni-shim install or uninstall puts the plugin back")
            status.lines.append("real plugin  \(real)")
        case (.missing, _): status.lines.append("no plugin at \(plugin)")
        case (.other(let what), _): status.lines.append("\(plugin) is \(what): no container can start")
        }
        return status
    }

    private var logWords: String {
        guard let path = EventLogFile(place: StandInPlace(plugin: plugin)).path else { return "none: operations are not written down" }
        var found = stat()
        guard stat(path, &found) == 0 else { return "\(path), not there yet" }
        let time = Timestamp(seconds: Int64(found.st_mtim.tv_sec), nanoseconds: Int32(found.st_mtim.tv_nsec))
        let size = found.st_size == 0 ? "empty" : "\(found.st_size) bytes, last written \(RFC3339.string(time, fraction: .milliseconds))"
        return "\(path), \(size)" + (access(path, W_OK) == 0 ? "" : ", which cannot be written: \(String(cString: strerror(errno)))")
    }
}

extension PluginProbe.Outcome {
    /// After "the plugin".
    var words: String {
        switch self {
        case .answered(let versions): "knows CNI \(versions.joined(separator: ", "))"
        case .failed(let problem): "gives no versions: \(problem)"
        }
    }
}
