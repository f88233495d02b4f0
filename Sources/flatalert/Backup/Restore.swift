import ArgumentParser
import Journal
import Time

/// `restore`: puts a backup in the place of the database of an instance that does not run.
struct Restore: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool restore",
        abstract: "Put a backup in place of the database, while the instance is stopped.",
        discussion: """
            The file is checked first, and the old database is kept beside the new one. Refuses while an instance uses the directory. The history stays as it is.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(
        name: .customLong("storage.path"), help: "The directory of the instance; else FLATALERT_STORAGE_PATH, else data/.",
        completion: .directory)
    var storagePath: String?

    @Argument(help: "The backup.", completion: .file())
    var file: String

    func run(_ session: ClientSession) async throws(ClientError) {
        let summary = try Backup.inspect(file)
        let time = GoLayout.format(session.environment.now(), layout: "20060102T150405Z")
        var directory = storagePath ?? session.environment.variable("FLATALERT_STORAGE_PATH") ?? "data/"
        while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
        let path: String
        let kept: String?
        do throws(JournalError) {
            let journal = try OfflineJournal(at: directory)
            path = journal.path
            kept = try journal.replace(with: file, keepingOldAs: "replaced-\(time)")
        } catch {
            throw .failed("\(error)")
        }
        if session.output == .json {
            session.console.print(summary.json([("restored", path)] + (kept.map { [("kept", $0)] } ?? [])))
            return
        }
        session.console.print("\(path): \(summary.text(format: session.format))")
        if let kept { session.console.print("The database before it is kept as \(kept)") }
        session.console.print(
            """
            Start the instance with --storage.path=\(directory). What was told before the backup is not told again; an alert whose sender
            does not speak up again stays firing for five minutes at most.
            """)
    }
}
