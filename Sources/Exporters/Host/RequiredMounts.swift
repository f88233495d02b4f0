import JSON
import Logging
import NIOConcurrencyHelpers
import Time

/// The mounts that must be there, so that one which vanishes is told and its series do not just end.
///
/// Required are: the places that the operator names; on WSL, the drives that fstab mounts at every start; and on WSL every drive that was there
/// once, since this exporter first ran. Those last ones are remembered in the file `host-mounts.json` of the state directory, and forgotten when
/// they were missing for 30 days, when the operator calls their place optional, or by deleting the file while the exporter does not run.
final class RequiredMounts: Sendable {
    /// A required mount as of a look.
    struct State: Sendable, Hashable {
        var mountpoint: String
        /// As it was when it was last there; a drive that never was is `unknown`.
        var device: String
        var type: String
        /// What is wrong with it; nil when it is there and answers.
        var problem: String?
    }

    /// A mount of the table, and its answer.
    struct Answer: Sendable {
        var mount: Mount
        /// What is wrong with it; nil when it answers.
        var problem: String?
    }

    private struct Memory {
        /// Drives that were there once, by their places.
        var drives: [String: Drive] = [:]
        /// What was last mounted on the other required places.
        var others: [String: Mount] = [:]
        /// The problems that have been logged.
        var told: [String: String] = [:]
        var states: [State] = []
    }

    private struct Drive {
        var device: String
        var type: String
        var missingSince: Timestamp?
    }

    private static let file = "host-mounts"
    private static let version: Int64 = 1
    /// More than the letters and a few lines of fstab is not a machine's drives.
    private static let maximumDrives = 64

    private let named: [String]
    private let optional: Set<String>
    private let drives: WindowsDrives
    private let forgetAfter: TimeSpan
    private let store: PositionStore?
    private let log: Logger
    private let memory: NIOLockedValueBox<Memory>

    init(options: HostOptions, drives: WindowsDrives, log: Logger) {
        named = options.requiredMounts.map(Self.trimmed)
        optional = Set(options.optionalMounts.map(Self.trimmed))
        forgetAfter = options.forgetAfter
        self.drives = drives
        self.log = log
        store = options.stateDirectory.flatMap { $0.isEmpty ? nil : PositionStore(directory: $0) }
        var memory = Memory()
        if drives.isWSL, let store { memory.drives = Self.load(store, log).filter { [optional] in !optional.contains($0.key) } }
        self.memory = NIOLockedValueBox(memory)
    }

    /// A path without slashes at its end.
    static func trimmed(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        return String(path)
    }

    /// The places that must be there as of now, in order.
    var places: [String] { memory.withLockedValue { places($0).sorted() } }

    /// How they fared at the last look.
    var states: [State] { memory.withLockedValue(\.states) }

    /// Looks at the mounts that are there: what all required ones are like.
    func update(_ answers: [Answer], at now: Timestamp = Clock.wall()) -> [State] {
        memory.withLockedValue { memory in
            let isChanged = remember(answers, at: now, in: &memory)
            let found = Dictionary(answers.map { ($0.mount.mountpoint, $0) }) { $1 }
            memory.states = places(memory).sorted().map { state(of: $0, found[$0], in: &memory) }
            tell(&memory)
            if isChanged { save(memory.drives) }
            return memory.states
        }
    }

    private func places(_ memory: Memory) -> Set<String> {
        let listed = drives.lines.filter { !$0.isOptional }.map(\.mountpoint)
        return Set(named).union(listed).union(memory.drives.keys).subtracting(optional)
    }

    private func state(of place: String, _ answer: Answer?, in memory: inout Memory) -> State {
        if let answer {
            if memory.drives[place] == nil { memory.others[place] = answer.mount }
            return State(mountpoint: place, device: answer.mount.device, type: answer.mount.type, problem: answer.problem)
        }
        let drive = memory.drives[place]
        let line = drives.lines.first { $0.mountpoint == place }
        return State(
            mountpoint: place, device: drive?.device ?? memory.others[place]?.device ?? line?.device ?? "unknown",
            type: drive?.type ?? memory.others[place]?.type ?? (line == nil ? "unknown" : "drvfs"), problem: "nothing is mounted there")
    }

    // MARK: Memory

    /// Notes drives that are there, are missing, or were missing for too long; whether anything is to be written down.
    private func remember(_ answers: [Answer], at now: Timestamp, in memory: inout Memory) -> Bool {
        guard drives.isWSL else { return false }
        var isChanged = false
        var present: Set<String> = []
        for answer in answers where drives.contains(answer.mount) && !optional.contains(answer.mount.mountpoint) {
            let (place, mount) = (answer.mount.mountpoint, answer.mount)
            // One that does not answer is neither new nor gone.
            present.insert(place)
            guard answer.problem == nil else { continue }
            let drive = memory.drives[place]
            if drive == nil, memory.drives.count >= Self.maximumDrives { continue }
            if drive?.device == mount.device, drive?.type == mount.type, drive?.missingSince == nil { continue }
            if drive == nil { log.info("\(place) (\(mount.device)) is a Windows drive: it is told when it vanishes") }
            memory.drives[place] = Drive(device: mount.device, type: mount.type, missingSince: nil)
            isChanged = true
        }
        for (place, drive) in memory.drives where !present.contains(place) {
            // A clock that was set back must not make it a young one for ever.
            let since = min(drive.missingSince ?? now, now)
            if now - since >= forgetAfter {
                log.notice("\(place) (\(drive.device)) was missing for \(forgetAfter): it is not required any more")
                memory.drives[place] = nil
                isChanged = true
            } else if drive.missingSince != since {
                memory.drives[place]?.missingSince = since
                isChanged = true
            }
        }
        return isChanged
    }

    /// Logs what has become of them.
    private func tell(_ memory: inout Memory) {
        for state in memory.states where memory.told[state.mountpoint] != state.problem {
            if let problem = state.problem {
                log.warning("required mount \(state.mountpoint): \(problem)")
            } else {
                log.notice("required mount \(state.mountpoint) is there again")
            }
            memory.told[state.mountpoint] = state.problem
        }
    }

    // MARK: File

    private func save(_ drives: [String: Drive]) {
        guard let store else { return }
        let mounts = drives.sorted { $0.key < $1.key }.map { place, drive in
            var object: JSONObject = ["mountpoint": .string(place), "device": .string(drive.device), "fstype": .string(drive.type)]
            if let since = drive.missingSince { object["missingSince"] = .string(RFC3339.string(since.utc)) }
            return JSONValue.object(object)
        }
        let text = JSONValue.object(["version": .number(JSONNumber(Self.version)), "mounts": .array(mounts)]).text
        do throws(PositionStoreError) {
            try store.save(Array(text.utf8), for: Self.file)
        } catch {
            log.warning("\(error); Windows drives that vanish while this program does not run will not be told (--state.directory)")
        }
    }

    private static func load(_ store: PositionStore, _ log: Logger) -> [String: Drive] {
        switch store.load(file, version: version) {
        case .nothing: break
        case .unusable(let why, let aside):
            log.warning("what was remembered of Windows drives cannot be used: \(why); it is now \(aside), and drives are learnt anew")
        case .unreadable(let error): log.warning("\(error); the Windows drives that were there before are not known")
        case .state(let state):
            let drives = (state["mounts"]?.arrayValue ?? []).compactMap { mount -> (String, Drive)? in
                guard let place = mount["mountpoint"]?.stringValue, place.hasPrefix("/") else { return nil }
                return (
                    place,
                    Drive(
                        device: mount["device"]?.stringValue ?? "unknown", type: mount["fstype"]?.stringValue ?? "unknown",
                        missingSince: mount["missingSince"]?.stringValue.flatMap { RFC3339.parse($0) })
                )
            }
            return Dictionary(drives.prefix(maximumDrives)) { $1 }
        }
        return [:]
    }
}
