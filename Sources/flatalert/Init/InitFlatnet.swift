import ArgumentParser
import Glibc

/// What the configuration of a Flatnet host has beyond any other's: its messages, and which alert follows from which. Both come from the files that are
/// installed with the program, so that an upgrade brings newer messages.
struct InitFlatnet: Sendable {
    /// What the messages are written in.
    enum Language: String, CaseIterable, ExpressibleByArgument, Sendable {
        case ja
        case en
    }

    var language: Language
    /// Where `alertmanager.yml` and `templates/` are; absolute.
    var directory: String
    /// The section `inhibit_rules` of that file, as it stands there.
    var inhibitRules: [String]

    /// The routing file of the stack, which the inhibitions are taken from.
    static let file = "alertmanager.yml"

    /// Finds the files: in the directory that a flag names, else beside the program as it is installed, else in a checkout.
    static func find(_ language: Language, in given: String?, _ environment: ClientEnvironment) throws(ClientError) -> InitFlatnet {
        let places = given.map { [$0] } ?? installed()
        for place in places {
            guard let bytes = try environment.contents("\(place)/\(file)") else { continue }
            let rules = section("inhibit_rules", of: String(decoding: bytes, as: UTF8.self))
            guard !rules.isEmpty else {
                throw .failed("--flatnet: \(place)/\(file) has no inhibit_rules: it is not the file that comes with this program")
            }
            return InitFlatnet(language: language, directory: place, inhibitRules: rules)
        }
        let missing = places.map { "\($0)/\(file)" }.joined(separator: ", nor ")
        throw .failed("--flatnet: \(missing) does not exist: name its directory with --flatnet.directory")
    }

    private static func installed() -> [String] {
        var places: [String] = []
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        if length > 0 {
            let program = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
            // bin/flatalert → share/flatalert
            places.append("\(parent(of: parent(of: program)))/share/flatalert/monitoring/alertmanager")
        }
        if let here = getcwd(nil, 0) {
            places.append("\(String(cString: here))/monitoring/alertmanager")
            free(here)
        }
        return places
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "" }
        return String(path[..<slash])
    }

    /// The lines of a section of the first level: from its key to the next one.
    static func section(_ key: String, of text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return [] }
        let rest = lines[(start + 1)...]
        let end = rest.firstIndex { line in line.first.map { $0.isLetter } ?? false } ?? lines.endIndex
        return lines[start..<end].map(String.init).filter { !$0.isEmpty }
    }

    /// The messages' files, for `templates`.
    var templates: String { "\(directory)/templates/*.tmpl" }

    /// A template's call as a quoted scalar.
    func call(_ part: String) -> String { "'{{ template \"flatnet.\(part).\(language.rawValue)\" . }}'" }
}
