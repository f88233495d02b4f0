import AlertStorage
import ArgumentParser
import Glibc
import Time

/// `backup`: a copy of a running instance's alerts, silences and notification log.
struct Backup: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool backup",
        abstract: "Fetch a copy of the alerts, silences and notification log of a running instance.",
        discussion: """
            The copy has everything that was acknowledged before; the instance goes on working. It is checked before it gets its name. The history and the \
            configuration file are not in it. `flatalert restore` puts it in place.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Flag(name: [.customShort("f"), .customLong("force")], help: "Overwrite the file.")
    var overwrites = false

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    /// A big database on a busy disk takes its time.
    private static let patience = TimeSpan.minutes(10)

    func run(_ session: ClientSession) async throws(ClientError) {
        guard overwrites || access(file, F_OK) != 0 else { throw .failed("\(file) exists: name another file, or overwrite it with -f") }
        var limit = Self.patience
        if let given = global.timeout, let span = try? GoDuration.parse(given) { limit = span }
        let bytes = try await session.server().download("/backup", of: .flatalert, within: limit)
        let part = "\(file).part"
        let summary: BackupSummary
        do throws(ClientError) {
            try DurableFile.write(bytes, to: part)
            summary = try Self.inspect(part)
            try DurableFile.rename(part, to: file)
        } catch {
            unlink(part)
            throw error
        }
        if session.output == .json {
            session.console.print(summary.json([("file", file)]))
        } else {
            session.console.print("\(file): \(summary.text(format: session.format))")
        }
    }

    /// What is in the file, once it is known to be whole.
    static func inspect(_ path: String) throws(ClientError) -> BackupSummary {
        do throws(BackupError) {
            return try AlertBackup.inspect(path)
        } catch {
            throw .failed("\(error)")
        }
    }
}
