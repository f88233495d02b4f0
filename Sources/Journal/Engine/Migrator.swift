import Glibc

/// Brings a file to the schema that this program writes.
///
/// `user_version` holds two numbers: the oldest schema version that may read the file, times 1000, plus the file's own version. So a program can tell a
/// newer file that it may use (the newer version only added something) from one that it must leave alone.
struct Migrator {
    let connection: Connection
    let path: String
    let schema: JournalSchema

    func run() throws(JournalError) {
        let stored = try JournalError.naming(path) { () throws(SQLiteError) in Int(try connection.integer("PRAGMA user_version") ?? 0) }
        let (oldestReader, version) = (stored / 1000, stored % 1000)
        if version > schema.version {
            guard oldestReader <= schema.version else { throw .newerSchema(path: path, found: version, known: schema.version) }
            return
        }
        let missing = schema.migrations.filter { $0.version > version }
        if missing.isEmpty { return }
        if version > 0 { try connection.copy(to: "\(path).v\(version)") }
        try JournalError.naming(path) { () throws(SQLiteError) in
            for migration in missing { try apply(migration) }
        }
    }

    private func apply(_ migration: JournalSchema.Migration) throws(SQLiteError) {
        do throws(SQLiteError) {
            try connection.execute("BEGIN EXCLUSIVE")
            for statement in migration.statements { try connection.execute(statement) }
            try connection.execute("PRAGMA user_version=\(migration.oldestReader * 1000 + migration.version)")
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}
