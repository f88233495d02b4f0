import CPlatform
import Glibc
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import Exporters

private let space = cplatform_space(size: 1000, free: 400, available: 300, files: 50, files_free: 20)

/// A machine whose mounts a test sets.
private final class Machine {
    let files: HostFiles
    let logged: CapturedLog.Lines
    private let log: Logger
    var options = HostOptions(version: "")
    var outcomes: [String: FilesystemProbe.Outcome] = [:]
    let drives: WindowsDrives

    init(_ files: HostFiles? = nil, list: String = "", release: String = "microsoft") throws {
        self.files = try files ?? HostFiles()
        (log, logged) = CapturedLog.logger()
        drives = WindowsDrives(release: Array(release.utf8), settings: [], mountList: Array(list.utf8))
        options.stateDirectory = self.files.directory + "/state"
        options.places.mountTables = [self.files.directory + "/mountinfo"]
    }

    /// Mounts the root and these places.
    func mount(_ places: String..., type: String = "9p") throws {
        let lines = places.map { "83 76 0:43 / \($0) rw,noatime - \(type) \($0.suffix(1).uppercased()):\\134 rw" }
        try files.write("mountinfo", (["1 1 0:1 / / rw - ext4 /dev/sdc rw"] + lines).joined(separator: "\n"))
    }

    /// A collector as of a start of the program.
    func start() -> FilesystemPage {
        FilesystemPage(
            options: options, required: RequiredMounts(options: options, drives: drives, log: log),
            probe: FilesystemProbe(limit: .seconds(60)) { [outcomes] in outcomes[$0] ?? .measured(space) })
    }

    func required() -> RequiredMounts { RequiredMounts(options: options, drives: drives, log: log) }
}

private func lines(_ collector: FilesystemPage, _ place: String) async -> [String] {
    String(decoding: await collector.exposition(), as: UTF8.self).split(separator: "\n").map(String.init)
        .filter { !$0.hasPrefix("#") && $0.contains("mountpoint=\"\(place)\"") }
}

private func answer(_ place: String, _ problem: String? = nil) -> RequiredMounts.Answer {
    RequiredMounts.Answer(mount: Mount(device: "F:\\", mountpoint: place, type: "9p", isReadOnly: false), problem: problem)
}

private let missing = [
    #"flatalert_host_required_mount_up{mountpoint="/mnt/f"} 0"#,
    #"node_filesystem_device_error{device="F:\\",fstype="9p",mountpoint="/mnt/f"} 1"#,
]

@Suite("Mounts that must be there")
struct RequiredMountsTests {
    @Test("a Windows drive that vanishes is told, over restarts of the exporter too, until it is back")
    func vanished() async throws {
        let machine = try Machine()
        try machine.mount("/mnt/c", "/mnt/f")
        var collector = machine.start()
        #expect(await lines(collector, "/mnt/f").contains(#"flatalert_host_required_mount_up{mountpoint="/mnt/f"} 1"#))
        #expect(await lines(collector, "/mnt/f").count == 8)
        #expect(await lines(collector, "/").count == 7)
        try machine.mount("/mnt/c")
        #expect(await lines(collector, "/mnt/f") == missing)
        collector = machine.start()
        #expect(await lines(collector, "/mnt/f") == missing)
        #expect(await lines(collector, "/mnt/c").contains(#"flatalert_host_required_mount_up{mountpoint="/mnt/c"} 1"#))
        let state = try #require(collector.sources.first { $0.place == "/mnt/f" })
        #expect(state.problem == "nothing is mounted there")
        #expect(
            state.advice
                == "look whether Windows has the drive, then: sudo mount -t drvfs F: /mnt/f; if it may come and go: --host.optional-mount=/mnt/f"
        )
        try machine.mount("/mnt/c", "/mnt/f")
        #expect(await lines(collector, "/mnt/f").count == 8)
        #expect(collector.sources.allSatisfy { $0.problem == nil })
        // Once at each start, not at each scrape.
        #expect(machine.logged.all.filter { $0 == "warning required mount /mnt/f: nothing is mounted there" }.count == 2)
        #expect(machine.logged.all.last == "notice required mount /mnt/f is there again")
    }

    @Test("a drive that answers with an error or without any room counts as missing, and is not learnt as it is")
    func failing() async throws {
        let machine = try Machine()
        try machine.mount("/mnt/f")
        machine.outcomes["/mnt/f"] = .failed(EIO)
        #expect(await lines(machine.start(), "/mnt/f") == [missing[1]])
        machine.outcomes["/mnt/f"] = .measured(cplatform_space())
        #expect(
            await lines(machine.start(), "/mnt/f").contains(#"node_filesystem_size_bytes{device="F:\\",fstype="9p",mountpoint="/mnt/f"} 0"#)
        )
        machine.outcomes = [:]
        #expect(await lines(machine.start(), "/mnt/f").count == 8)
        for outcome in [FilesystemProbe.Outcome.failed(EIO), .measured(cplatform_space()), .hanging] {
            machine.outcomes["/mnt/f"] = outcome
            let collector = machine.start()
            #expect(await lines(collector, "/mnt/f") == missing)
            #expect(collector.sources.last?.problem != nil)
        }
    }

    @Test("a mount that the operator names is required everywhere, whatever its file system, and whether it was ever there")
    func named() async throws {
        let machine = try Machine(release: "6.1.0-44-amd64")
        machine.options.requiredMounts = ["/srv/data/"]
        try machine.mount()
        let collector = machine.start()
        let up = #"flatalert_host_required_mount_up{mountpoint="/srv/data"}"#
        #expect(
            await lines(collector, "/srv/data") == [
                up + " 0", #"node_filesystem_device_error{device="unknown",fstype="unknown",mountpoint="/srv/data"} 1"#,
            ])
        #expect(collector.sources.last?.advice == "mount it again; if it may come and go: --host.optional-mount=/srv/data")
        try machine.mount("/srv/data", type: "squashfs")
        #expect(await lines(collector, "/srv/data").contains(up + " 1"))
        #expect(await lines(collector, "/srv/data").count == 8)
        try machine.mount()
        #expect(
            await lines(collector, "/srv/data") == [
                up + " 0", #"node_filesystem_device_error{device="A:\\",fstype="squashfs",mountpoint="/srv/data"} 1"#,
            ])
        #expect(machine.files.read("state/host-mounts.json") == nil)
    }

    @Test("on any other Linux a mount that vanishes is not told, as node-exporter does")
    func notWSL() async throws {
        let machine = try Machine(release: "6.1.0-44-amd64")
        try machine.mount("/mnt/f")
        let collector = machine.start()
        #expect(await lines(collector, "/mnt/f").count == 7)
        try machine.mount()
        #expect(await lines(collector, "/mnt/f").isEmpty)
    }

    @Test("drives that fstab mounts at every start are required though they were never seen; others of it once they were")
    func listed() async throws {
        let machine = try Machine(list: "F: /mnt/f drvfs\nG: /srv/g drvfs nofail\n")
        try machine.mount()
        var collector = machine.start()
        #expect(
            await lines(collector, "/mnt/f") == [
                missing[0], #"node_filesystem_device_error{device="F:",fstype="drvfs",mountpoint="/mnt/f"} 1"#,
            ])
        #expect(await lines(collector, "/srv/g").isEmpty)
        try machine.mount("/srv/g")
        #expect(await lines(collector, "/srv/g").count == 8)
        try machine.mount()
        collector = machine.start()
        #expect(await lines(collector, "/srv/g").count == 2)
    }

    @Test("a place that the operator calls optional is never required, and what was remembered of it is forgotten")
    func optional() async throws {
        let machine = try Machine(list: "F: /mnt/f drvfs\n")
        try machine.mount("/mnt/e", "/mnt/f")
        _ = await lines(machine.start(), "/mnt/e")
        machine.options.optionalMounts = ["/mnt/e/", "/mnt/f"]
        machine.options.requiredMounts = ["/mnt/f"]
        try machine.mount("/mnt/c")
        let collector = machine.start()
        #expect(await lines(collector, "/mnt/e").isEmpty)
        #expect(await lines(collector, "/mnt/f").isEmpty)
        machine.options.optionalMounts = []
        #expect(await lines(machine.start(), "/mnt/e").isEmpty)
        #expect(await lines(machine.start(), "/mnt/c").count == 8)
    }

    @Test("a remembered drive is forgotten when it was missing for 30 days; a return in between begins them anew")
    func forgotten() throws {
        let machine = try Machine()
        let start = Timestamp(seconds: 1_800_000_000)
        func day(_ days: Int64, _ seconds: Int64 = 0) -> Timestamp { start + .seconds(days * 86_400 + seconds) }
        #expect(machine.required().update([answer("/mnt/f")], at: start).map(\.problem) == [nil])
        #expect(machine.required().update([], at: day(1)).count == 1)
        #expect(machine.required().update([], at: day(31, -1)).count == 1)
        #expect(machine.required().update([answer("/mnt/f")], at: day(31, -1)).map(\.problem) == [nil])
        #expect(machine.required().update([], at: day(32)).map(\.problem) == ["nothing is mounted there"])
        // One that is mounted and does not answer is not gone.
        #expect(machine.required().update([answer("/mnt/f", "it hangs")], at: day(100)).map(\.problem) == ["it hangs"])
        #expect(machine.required().update([], at: day(62, -1)).count == 1)
        #expect(machine.required().update([], at: day(62)).isEmpty)
        #expect(machine.required().places.isEmpty)
        #expect(machine.logged.all.last == "notice /mnt/f (F:\\) was missing for 720h0m0s: it is not required any more")
    }

    @Test("a clock that is set back does not keep a drive for ever")
    func clockSetBack() throws {
        let machine = try Machine()
        let required = machine.required()
        let start = Timestamp(seconds: 1_800_000_000)
        _ = required.update([answer("/mnt/f")], at: start)
        _ = required.update([], at: start + .hours(24 * 365))
        #expect(required.update([], at: start).count == 1)
        #expect(required.update([], at: start + .hours(24 * 30)).isEmpty)
    }

    @Test("the file is written when something changes, and only then")
    func writes() throws {
        let machine = try Machine()
        let required = machine.required()
        let start = Timestamp(seconds: 1_800_000_000)
        func isWritten(by answers: [RequiredMounts.Answer], at time: Timestamp) -> Bool {
            machine.files.remove("state/host-mounts.json")
            _ = required.update(answers, at: time)
            return machine.files.read("state/host-mounts.json") != nil
        }
        #expect(isWritten(by: [answer("/mnt/f")], at: start))
        #expect(!isWritten(by: [answer("/mnt/f")], at: start + .hours(1)))
        #expect(!isWritten(by: [answer("/mnt/f", "it hangs")], at: start + .hours(2)))
        #expect(isWritten(by: [], at: start + .hours(3)))
        #expect(
            machine.files.read("state/host-mounts.json")
                == #"{"version":1,"mounts":[{"mountpoint":"/mnt/f","device":"F:\\","fstype":"9p","missingSince":"2027-01-15T11:00:00.000Z"}]}"#
        )
        #expect(!isWritten(by: [], at: start + .hours(4)))
        #expect(isWritten(by: [answer("/mnt/f")], at: start + .hours(5)))
    }

    @Test("a file that cannot be used is set aside with a warning, and drives are learnt anew", arguments: ["{", #"{"version":2}"#, "[]"])
    func unusableFile(text: String) async throws {
        let machine = try Machine()
        try machine.files.write("state/host-mounts.json", text)
        try machine.mount("/mnt/f")
        #expect(await lines(machine.start(), "/mnt/f").count == 8)
        #expect(machine.files.read("state/host-mounts.json.unusable") == text)
        #expect(machine.logged.all.filter { $0.hasPrefix("warning what was remembered of Windows drives cannot be used: ") }.count == 1)
        try machine.mount()
        #expect(await lines(machine.start(), "/mnt/f") == missing)
    }

    @Test("what the file holds of odd things is passed over")
    func oddFile() throws {
        let machine = try Machine()
        try machine.files.write(
            "state/host-mounts.json",
            #"{"version":1,"mounts":[1,{},{"mountpoint":"relative"},{"mountpoint":"/mnt/x","device":7,"missingSince":"yesterday"}]}"#)
        #expect(machine.required().places == ["/mnt/x"])
    }

    @Test("without a state directory, or one that cannot be written, drives are remembered until the end")
    func noState() async throws {
        let machine = try Machine()
        try machine.mount("/mnt/f")
        for directory in [nil, "", "/proc/nowhere"] {
            machine.options.stateDirectory = directory
            try machine.mount("/mnt/f")
            let collector = machine.start()
            _ = await lines(collector, "/mnt/f")
            try machine.mount()
            #expect(await lines(collector, "/mnt/f") == missing)
        }
        #expect(machine.logged.all.contains { $0.hasPrefix("warning could not make the directory /proc/nowhere: ") })
    }

    @Test("mount points are absolute paths")
    func problems() {
        #expect(HostOptions.problem(withMount: "/mnt/f") == nil)
        #expect(HostOptions.problem(withMount: "F:") == "\"F:\" is not an absolute path; give the mount point, such as /mnt/f")
        #expect(HostOptions.problem(withMount: "") != nil)
    }
}
