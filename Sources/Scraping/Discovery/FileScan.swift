import CPlatform
import Glibc
import Labels
import Logging
import MonitorFile

/// The files of one `file_sd_configs` entry: what they hold, and when to look again (reference 5.6). Lives on the thread of `FileLoop`.
///
/// Times are nanoseconds of the monotonic clock.
struct FileScan {
    private struct KnownFile {
        var groups: [TargetGroup] = []
        var signature: TargetFile.Signature?
        /// Why it cannot be used now; told once.
        var problem: String?

        var targets: String { groups.targetWords }
    }

    /// Editors write in several steps: nothing is read before a directory has been quiet for this long …
    private static let quiet: Int64 = 50_000_000
    /// … or has been busy for this long.
    private static let patience: Int64 = 500_000_000
    /// How soon a directory that is not there is looked for again.
    private static let missingDirectory: Int64 = 5_000_000_000

    let id: UInt64
    private let patterns: [FilePattern]
    private let interval: Int64
    private let name: String
    private let log: Logger
    private let answer: @Sendable (DiscoveryAnswer) -> Void

    private var files: [String: KnownFile] = [:]
    private var unlistable: [String: String] = [:]
    private var watched: Set<String> = []
    /// What was said about a directory, so that it is said once.
    private var told: [String: String] = [:]
    private var refreshAt: Int64 = 0
    private var retryAt: Int64?
    private var settleAt: Int64?
    private var noticedAt: Int64 = 0
    private var noticedPaths: Set<String> = []
    private var readsAll = false
    private var isFirst = true

    init(
        id: UInt64, configuration: FileDiscovery, name: String, log: Logger, answer: @escaping @Sendable (DiscoveryAnswer) -> Void
    ) {
        self.id = id
        patterns = configuration.files.map { FilePattern($0) }
        interval = max(1, configuration.refreshInterval) * 1_000_000
        self.name = name
        self.log = log
        self.answer = answer
    }

    /// When `run` wants to be called next.
    var deadline: Int64 { min(refreshAt, retryAt ?? .max, settleAt ?? .max) }

    /// Looks at everything again at the next call of `run`.
    mutating func refresh() { refreshAt = 0 }

    /// Takes note of what happened in a directory.
    mutating func note(_ event: DirectoryWatch.Event, at now: Int64) {
        switch event {
        case .overflow: readsAll = true
        case .lost(let directory):
            guard watched.remove(directory) != nil else { return }
            readsAll = true
            retryAt = now + Self.quiet
        case .entry(let directory, let entry, let mask):
            guard watched.contains(directory) else { return }
            let matching = patterns.filter { $0.directory == directory && $0.matches(entry) }
            if matching.isEmpty {
                // A link among the files may lead through this name.
                guard mask & UInt32(IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE) != 0 else { return }
            } else {
                let paths = matching.map { $0.prefix + entry }
                // What was only created is announced again when its writer closes it.
                if mask & UInt32(IN_CREATE) != 0, let path = paths.first, !TargetFile.isLink(path) { return }
                noticedPaths.formUnion(paths)
            }
        }
        if settleAt == nil { noticedAt = now }
        settleAt = min(now + Self.quiet, noticedAt + Self.patience)
    }

    /// Does what is due: looks for directories that were missing, reads what changed, or everything.
    mutating func run(at now: Int64, _ watch: inout DirectoryWatch) {
        let isRefresh = refreshAt <= now
        if isRefresh { refreshAt = now + interval }
        if isRefresh || (retryAt ?? .max) <= now {
            // Watched before they are read, so that no change falls between the two.
            if watchDirectories(at: now, &watch) { readsAll = true }
        }
        let everything = isRefresh || readsAll
        guard everything || (settleAt ?? .max) <= now else { return }
        settleAt = nil
        readsAll = false
        let noticed = noticedPaths
        noticedPaths = []
        let (isChange, failures) = read(everything ? nil : noticed)
        guard isChange || failures > 0 || isFirst else { return }
        if isFirst { noteEmptyPatterns() }
        isFirst = false
        answer(DiscoveryAnswer(groups: files.sorted { $0.key < $1.key }.flatMap(\.value.groups), failures: failures))
    }

    // MARK: Directories

    /// Returns whether a directory is watched that was not before.
    private mutating func watchDirectories(at now: Int64, _ watch: inout DirectoryWatch) -> Bool {
        retryAt = nil
        var isNew = false
        for directory in Set(patterns.map(\.directory)).sorted() {
            switch watch.watch(directory, for: id) {
            case .watched:
                if watched.insert(directory).inserted {
                    isNew = true
                    if let kind = Self.silentKind(of: directory) { tell(directory, "is on \(kind), which does not announce every change") }
                }
            case .missing:
                watched.remove(directory)
                retryAt = now + min(Self.missingDirectory, interval)
            case .refused(let reason):
                watched.remove(directory)
                tell(directory, "cannot be watched: \(reason)")
            }
        }
        return isNew
    }

    private mutating func tell(_ directory: String, _ what: String) {
        guard told.updateValue(what, forKey: directory) != what else { return }
        let seconds = Double(interval) / 1e9
        log.notice("\(name): \(directory) \(what); its files are read every \(seconds) s (refresh_interval)")
    }

    /// What to call a file system where other writers than this machine's stay unnoticed; nil when it is none.
    private static func silentKind(of directory: String) -> String? {
        var magic: UInt64 = 0
        guard cplatform_filesystem_magic(directory, &magic) == 0 else { return nil }
        switch magic {
        case 0x0102_1997: return "a Windows drive or another host's directory (9p, drvfs)"
        case 0x6969: return "a network file system (NFS)"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: return "a Windows share (CIFS, SMB)"
        case 0x6573_5546: return "a file system of a program (FUSE)"
        default: return nil
        }
    }

    private func noteEmptyPatterns() {
        for pattern in patterns where !files.keys.contains(where: { $0.hasPrefix(pattern.prefix) }) {
            log.notice("\(name): no file matches \(pattern.prefix)\(pattern.name) yet")
        }
    }

    // MARK: Files

    /// Reads files, and forgets those that are gone.
    ///
    /// - Parameter noticed: The files to read beside links that lead elsewhere now; nil for all.
    /// - Returns: Whether the groups are different, and how many reads failed.
    private mutating func read(_ noticed: Set<String>?) -> (isChange: Bool, failures: Int) {
        var isChange = false
        var failures = 0
        let present = candidates()
        for path in present.sorted() {
            let signature = TargetFile.signature(path)
            let isDue =
                noticed.map { $0.contains(path) || TargetFile.isSymbolicLink(path) && files[path]?.signature != signature } ?? true
            guard isDue else { continue }
            var file = files[path] ?? KnownFile()
            file.signature = signature
            switch TargetFile.read(path) {
            case .missing:
                if files.removeValue(forKey: path) != nil { isChange = true }
                continue
            case .failed(let reason): note(reason, path, &file)
            case .bytes(let bytes):
                do {
                    let groups = try groups(of: bytes, path)
                    if groups != file.groups { isChange = true }
                    file.groups = groups
                    if file.problem != nil { log.info("\(name): \(path) is read again, \(file.targets)") }
                    file.problem = nil
                } catch {
                    note("\(error)", path, &file)
                }
            }
            if file.problem != nil { failures += 1 }
            files[path] = file
        }
        for path in files.keys where !present.contains(path) && !isUnlistable(path) {
            files[path] = nil
            isChange = true
        }
        return (isChange, failures)
    }

    private func groups(of bytes: [UInt8], _ path: String) throws -> [TargetGroup] {
        let found = try DiscoveryReader.groups(bytes, file: path, isJSON: path.lowercased().hasSuffix(".json"))
        return found.enumerated().map { index, group in
            TargetGroup(
                targets: group.targets, labels: group.labels.setting("__meta_filepath", to: path), source: "\(path):\(index)")
        }
    }

    private func note(_ problem: String, _ path: String, _ file: inout KnownFile) {
        guard file.problem != problem else { return }
        file.problem = problem
        let kept = file.groups.isEmpty ? "it brings no targets" : "what it brought before stays (\(file.targets))"
        log.warning("\(name): \(path) cannot be used, \(kept): \(problem)")
    }

    /// The paths that the patterns match now.
    private mutating func candidates() -> Set<String> {
        var listings: [String: FilePattern.Listing] = [:]
        var found: Set<String> = []
        for pattern in patterns {
            guard pattern.isGlob else {
                if TargetFile.exists(pattern.prefix + pattern.name) { found.insert(pattern.prefix + pattern.name) }
                continue
            }
            let listing = listings[pattern.directory] ?? FilePattern.list(pattern.directory)
            listings[pattern.directory] = listing
            switch listing {
            case .names(let names):
                for name in names where pattern.matches(name) { found.insert(pattern.prefix + name) }
                unlistable[pattern.prefix] = nil
            case .missing: unlistable[pattern.prefix] = nil
            case .failed(let reason):
                if unlistable.updateValue(reason, forKey: pattern.prefix) != reason {
                    log.warning("\(name): \(pattern.directory) cannot be listed, the former targets of its files stay: \(reason)")
                }
            }
        }
        return found
    }

    private func isUnlistable(_ path: String) -> Bool {
        unlistable.keys.contains { path.hasPrefix($0) && !path.dropFirst($0.count).contains("/") }
    }
}
