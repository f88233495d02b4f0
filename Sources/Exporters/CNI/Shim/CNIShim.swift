import CPlatform
import Glibc

/// A stand-in for a CNI plugin: passes everything through to the real one beside it, and writes down each operation in a line of a log.
///
/// The program is put in the plugin's place under its name; the real one lies beside it as `NAME.real` (reference 2.9). Whatever goes wrong
/// with the stand-in itself, the real plugin runs: a container never fails because its start is watched.
public enum CNIShim {
    /// What the real plugin's name ends with.
    public static let realSuffix = ".real"
    /// What the name of the stand-in's own settings ends with: `{"log": "/path"}`.
    public static let configurationSuffix = ".shim.json"
    /// Names the log in the environment, before the settings do.
    public static let logVariable = "FLATALERT_CNI_LOG"
    /// Where operations are written down when nothing else is said.
    public static let defaultLog = "/var/log/flatnet/cni.log"

    /// What is written down; VERSION and what later versions of CNI bring goes to the real plugin without a trace.
    private static let operations: Set<String> = ["ADD", "DEL", "CHECK"]

    /// Runs the real plugin if this process was started as one.
    ///
    /// To be called before any thread is started: it makes copies of the process.
    /// - Parameters:
    ///   - arguments: argc and argv, as the process got them; the plugin gets the same.
    ///   - ownNames: under which the program is itself.
    /// - Returns: the exit code; nil when the process was not started as a plugin. It does not return where the real plugin takes the place
    ///   of the process, or died of a signal.
    public static func run(
        arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, ownNames: [String]
    ) -> Int32? {
        guard let first = arguments[0] else { return nil }
        let called = String(cString: first)
        let name = called.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(called[called.index(after: $0)...]) } ?? called
        guard !name.isEmpty, !ownNames.contains(name) else { return nil }
        let command = variable("CNI_COMMAND")
        guard let place = StandInPlace.find(called: called, name: name, variable: variable) else {
            guard command != nil else { return nil }
            executeSuccessor(at: called, arguments)
            return refuse(
                "flatalert stands in for the CNI plugin \(name), but \(called)\(realSuffix) is missing",
                details: "put the real plugin there, or at \(called) itself; flatalert cni-shim status tells more")
        }
        guard !place.leadsToThisProgram else {
            return refuse(
                "\(place.real) is flatalert and no CNI plugin", details: "put the real plugin there, or at \(place.plugin) itself")
        }
        if let command, operations.contains(command) {
            return StandIn(place: place, operation: command, containerID: variable("CNI_CONTAINERID") ?? "").run(arguments)
        }
        return execute(place, arguments)
    }

    /// Puts the real plugin in the place of this process; returns only when that cannot be done.
    static func execute(_ place: StandInPlace, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
        let code = cplatform_exec(place.real, arguments)
        if code == ENOENT { executeSuccessor(at: place.plugin, arguments) }
        return refuse(
            "\(place.real) cannot be run: \(String(cString: strerror(code)))", details: "flatalert cni-shim status tells more")
    }

    /// Puts what lies at the plugin's path in the place of this process, where that is no longer our own file: the stand-in was taken away after
    /// this process began. Returns only when there is nothing of the kind.
    private static func executeSuccessor(at path: String, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
        if path.utf8.contains(UInt8(ascii: "/")), StandInPlace.isThisProgram(path) == false { _ = cplatform_exec(path, arguments) }
    }

    /// Says what a plugin says that fails: an error object on standard output (CNI specification, "Error").
    private static func refuse(_ message: String, details: String) -> Int32 {
        let text = CNIEvent.error(code: CNIEvent.ownErrorCode, message: message, details: details)
        _ = text.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        return 1
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Where a stand-in and its real plugin are.
struct StandInPlace {
    /// The path under which the program was called, or was found.
    let plugin: String

    /// The real plugin.
    var real: String { plugin + CNIShim.realSuffix }

    /// The stand-in's own settings.
    var configuration: String { plugin + CNIShim.configurationSuffix }

    /// libcni calls plugins by an absolute path; /proc/self/exe would lead past a symbolic link. A bare name is looked up where libcni and a
    /// shell would have found it.
    static func find(called: String, name: String, variable: (String) -> String?) -> StandInPlace? {
        if called.utf8.contains(UInt8(ascii: "/")) {
            let place = StandInPlace(plugin: called)
            return place.hasReal ? place : nil
        }
        for list in ["CNI_PATH", "PATH"] {
            for directory in (variable(list) ?? "").split(separator: ":") {
                let place = StandInPlace(plugin: "\(directory)/\(name)")
                if place.hasReal { return place }
            }
        }
        return nil
    }

    private var hasReal: Bool { access(real, F_OK) == 0 }

    /// Whether the file that runs now is the one that is to be called: it would call itself for ever.
    var leadsToThisProgram: Bool { Self.isThisProgram(real) == true }

    /// Whether a path leads to the file that runs now; nil when there is nothing.
    static func isThisProgram(_ path: String) -> Bool? {
        var own = stat()
        var other = stat()
        guard stat("/proc/self/exe", &own) == 0, stat(path, &other) == 0 else { return nil }
        return own.st_dev == other.st_dev && own.st_ino == other.st_ino
    }
}
