import CPlatform
import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Testing
import Threads
import Time

@testable import Exporters

/// A mount table in a file of its own, gone when the test is over.
private final class TableFile {
    let path: String

    init(_ text: String) throws {
        var template = Array("/tmp/flatalert-mounts-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let bytes = Array(text.utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }

    deinit { unlink(path) }
}

private func collector(
    _ table: TableFile, limit: TimeSpan = .seconds(60), _ measure: @escaping @Sendable (String) -> FilesystemProbe.Outcome
) -> FilesystemPage {
    collector([table.path], FilesystemProbe(limit: limit, measure: measure))
}

private func collector(_ tables: [String], _ probe: FilesystemProbe = FilesystemProbe(limit: .seconds(60))) -> FilesystemPage {
    var options = HostOptions(version: "")
    options.places.mountTables = tables
    let required = RequiredMounts(
        options: options, drives: WindowsDrives(release: [], settings: [], mountList: []), log: Logger(label: "tests"))
    return FilesystemPage(options: options, required: required, probe: probe)
}

/// The samples of a page but for the durations, which nobody knows.
private func lines(_ text: [UInt8]) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init).filter {
        !$0.hasPrefix("#") && !$0.hasPrefix("node_scrape_collector_duration_seconds")
    }
}

private let space = cplatform_space(size: 1000, free: 400, available: 300, files: 50, files_free: 20)

@Suite("Filesystems")
struct FilesystemCollectorTests {
    static let wsl = """
        76 64 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
        79 76 0:39 / /usr/lib/wsl/drivers ro,nosuid,nodev,noatime - 9p drivers ro,aname=drivers;fmask=222;dmask=222,trans=fd
        80 76 0:42 / /usr/lib/wsl/lib rw,nosuid,nodev,noatime - overlay none rw,lowerdir=/gpu_lib_packaged
        83 76 0:43 / /mnt/c rw,noatime shared:12 master:3 - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000,trans=fd,rfd=5
        84 76 0:44 / /mnt/f rw,noatime - drvfs F: rw
        85 76 0:45 / /srv/two\\040words\\011and\\134a\\012lot ro,relatime - nfs4 nas:/vol\\0431 rw,vers=4.2
        86 76 0:46 / /run rw,nosuid - tmpfs none rw,size=8152924k
        """

    @Test("the root and the Windows drives of WSL2 are told with their values")
    func windowsDrives() async throws {
        let table = try TableFile(Self.wsl)
        let text = lines(await collector(table) { _ in .measured(space) }.exposition())
        for (device, type, place) in [("/dev/sdc", "ext4", "/"), ("C:\\\\", "9p", "/mnt/c"), ("F:", "drvfs", "/mnt/f")] {
            let labels = "{device=\"\(device)\",fstype=\"\(type)\",mountpoint=\"\(place)\"}"
            for (name, value) in [
                ("avail_bytes", 300), ("free_bytes", 400), ("size_bytes", 1000), ("files", 50), ("files_free", 20), ("readonly", 0),
                ("device_error", 0),
            ] {
                #expect(text.contains("node_filesystem_\(name)\(labels) \(value)"))
            }
        }
        #expect(text.contains("node_scrape_collector_success{collector=\"filesystem\"} 1"))
    }

    @Test(
        "where the host's root is seen elsewhere, filesystems are asked there and told by the host's names", arguments: ["/host", "/host/"])
    func rootElsewhere(root: String) async throws {
        let table = try TableFile(Self.wsl)
        var options = HostOptions(version: "")
        options.places.mountTables = [table.path]
        options.root = root
        let required = RequiredMounts(
            options: options, drives: WindowsDrives(release: [], settings: [], mountList: []), log: Logger(label: "tests"))
        let asked = NIOLockedValueBox<Set<String>>([])
        let probe = FilesystemProbe(limit: .seconds(60)) { place in
            asked.withLockedValue { _ = $0.insert(place) }
            return .measured(space)
        }
        let text = lines(await FilesystemPage(options: options, required: required, probe: probe).exposition())
        #expect(asked.withLockedValue { $0 }.isSuperset(of: ["/host/", "/host/mnt/c", "/host/mnt/f"]))
        #expect(asked.withLockedValue { $0 }.allSatisfy { $0.hasPrefix("/host/") })
        #expect(text.contains(#"node_filesystem_avail_bytes{device="F:",fstype="drvfs",mountpoint="/mnt/f"} 300"#))
        #expect(text.contains(#"node_filesystem_avail_bytes{device="/dev/sdc",fstype="ext4",mountpoint="/"} 300"#))
        #expect(HostOptions.Places(root: root).wslSettings.first == "/host/etc/wsl.conf")
        #expect(HostOptions.Places(root: root).mountTables.first == "/host/proc/1/mountinfo")
    }

    @Test("a mount or a file system that is read-only is told as such, and nothing else is")
    func readOnly() async throws {
        let table = try TableFile(
            Self.wsl
                + "\n87 76 0:47 / /super rw,relatime - ext4 /dev/sdd ro,errors=remount-ro\n88 76 0:48 / /root rw,errors=ro - ext4 rootfs rw,x=ro\n"
        )
        let text = lines(await collector(table) { _ in .measured(space) }.exposition())
        let readOnly = text.filter { $0.hasPrefix("node_filesystem_readonly") && $0.hasSuffix(" 1") }
        #expect(readOnly.count == 3)
        #expect(readOnly.contains { $0.contains(#"mountpoint="/super""#) })
        #expect(readOnly.contains { $0.contains(#"mountpoint="/usr/lib/wsl/drivers""#) })
        #expect(readOnly.contains { $0.contains(#"device="nas:/vol#1""#) })
    }

    @Test("octal escapes are decoded, other backslashes stay")
    func escapes() {
        let table = MountTable(
            Array(
                (Self.wsl
                    + "\n89 76 0:49 / /a\\09b\\ rw - ext4 \\777x rw\n").utf8))
        #expect(table.mounts.map(\.mountpoint).contains("/srv/two words\tand\\a\nlot"))
        #expect(table.mounts.map(\.device).contains("nas:/vol#1"))
        #expect(table.mounts.last == Mount(device: "\\777x", mountpoint: "/a\\09b\\", type: "ext4", isReadOnly: false))
    }

    @Test("lines that are no mounts are passed over")
    func strangeLines() {
        let table = MountTable(
            Array("\nx\n1 2 0:3 / /a rw - ext4\n1 2 0:3 / /b rw shared:1 ext4 d rw x y\n1 2 0:3 / /c rw - ext4 d rw".utf8))
        #expect(table.mounts == [Mount(device: "d", mountpoint: "/c", type: "ext4", isReadOnly: false)])
        #expect(MountTable([]).mounts.isEmpty)
        // Somebody may have mounted it under an empty name.
        let unnamed = MountTable(Array("36 35 0:31 / /mnt/x rw shared:1 - tmpfs  rw,size=1k\n".utf8)).mounts
        #expect(unnamed == [Mount(device: "none", mountpoint: "/mnt/x", type: "tmpfs", isReadOnly: false)])
    }

    @Test("of mounts on one place the last is told, at the place of the first")
    func hiddenMounts() {
        let table = MountTable(
            Array("1 1 0:1 / /a rw - autofs systemd-1 rw\n2 1 0:2 / /b rw - ext4 b rw\n3 1 0:3 / /a rw - nfs4 nas:/a rw".utf8))
        #expect(table.mounts.map(\.device) == ["nas:/a", "b"])
    }

    @Test(
        "what node-exporter leaves out is left out",
        arguments: [
            ("/proc", "proc"), ("/sys/kernel/debug", "debugfs"), ("/dev/shm", "tmpfs"), ("/dev", "ext4"), ("/mnt/iso", "iso9660"),
            ("/snap/core/1", "squashfs"), ("/run/credentials/a.service", "ramfs"), ("/var/lib/docker/overlay2/x/merged", "overlay"),
            ("/var/lib/docker/volumes/x", "ext4"), ("/var/lib/containers/storage/overlay", "ext4"), ("/usr/lib/wsl/lib", "overlay"),
        ])
    func leftOut(place: String, type: String) {
        #expect(!FilesystemFilter.tells(Mount(device: "d", mountpoint: place, type: type, isReadOnly: false)))
    }

    @Test(
        "neighbours of what is left out are told, and the root of a container too",
        arguments: [
            ("/", "overlay"), ("/", "ext4"), ("/devices", "ext4"), ("/system", "ext4"), ("/processed", "xfs"), ("/run", "tmpfs"),
            ("/var/lib/docker", "ext4"), ("/var/lib/dockerish/x", "ext4"), ("/var/lib/containers/storage", "btrfs"), ("/mnt/c", "9p"),
            ("/mnt/c", "virtiofs"), ("/nas", "cifs"),
        ])
    func told(place: String, type: String) {
        #expect(FilesystemFilter.tells(Mount(device: "d", mountpoint: place, type: type, isReadOnly: false)))
    }

    @Test("one that answers with an error has device_error 1 and no values, the others have theirs")
    func failure() async throws {
        let table = try TableFile(Self.wsl)
        let text = lines(await collector(table) { $0 == "/mnt/c" ? .failed(EIO) : .measured(space) }.exposition())
        #expect(
            text.filter { $0.contains("/mnt/c") } == [#"node_filesystem_device_error{device="C:\\",fstype="9p",mountpoint="/mnt/c"} 1"#])
        #expect(text.contains(#"node_filesystem_avail_bytes{device="/dev/sdc",fstype="ext4",mountpoint="/"} 300"#))
    }

    @Test("one that hangs does not hold up the scrape, is not asked again meanwhile, and returns when it answers")
    func hanging() async throws {
        let table = try TableFile(Self.wsl)
        let asked = NIOLockedValueBox(0)
        let (server, returned) = (Signal(), Signal())
        let probe = FilesystemProbe(limit: .milliseconds(50)) { place in
            guard place == "/mnt/c" else { return .measured(space) }
            asked.withLockedValue { $0 += 1 }
            if asked.withLockedValue({ $0 }) == 1 {
                _ = server.wait(until: nil)
                returned.send()
            }
            return .measured(space)
        }
        let collector = collector([table.path], probe)
        for _ in 0..<3 {
            let text = lines(await collector.exposition())
            #expect(
                text.filter { $0.contains("/mnt/c") } == [#"node_filesystem_device_error{device="C:\\",fstype="9p",mountpoint="/mnt/c"} 1"#]
            )
        }
        #expect(asked.withLockedValue { $0 } == 1)
        server.send()
        _ = returned.wait(until: nil)
        // The mark goes a moment after the measurement has returned.
        var text: [String] = []
        while !text.contains(#"node_filesystem_device_error{device="C:\\",fstype="9p",mountpoint="/mnt/c"} 0"#) {
            text = lines(await collector.exposition())
        }
        #expect(text.contains(#"node_filesystem_avail_bytes{device="C:\\",fstype="9p",mountpoint="/mnt/c"} 300"#))
    }

    @Test("without a mount table the collector tells that it failed")
    func noTable() async {
        let collector = collector(["/nonexistent/mountinfo"])
        #expect(lines(await collector.exposition()) == [#"node_scrape_collector_success{collector="filesystem"} 0"#])
        #expect(collector.sources.map(\.problem) == ["No such file or directory"])
        #expect(collector.sources.map(\.place) == ["/nonexistent/mountinfo"])
    }

    @Test("the first mount table that can be read counts")
    func fallback() async throws {
        let table = try TableFile("1 1 0:1 / / rw - ext4 root rw\n2 1 0:2 / /srv rw - ext4 srv rw\n")
        let tables = ["/nonexistent/mountinfo", table.path, "/proc/self/mountinfo"]
        let text = lines(await collector(tables, FilesystemProbe(limit: .seconds(60)) { _ in .measured(space) }).exposition())
        #expect(text.filter { $0.hasPrefix("node_filesystem_size_bytes") }.count == 2)
        #expect(text.contains(#"node_filesystem_size_bytes{device="srv",fstype="ext4",mountpoint="/srv"} 1000"#))
    }

    @Test("this machine's root has the size that the system tells")
    func thisMachine() async throws {
        let collector = collector(HostOptions.Places().mountTables)
        var own = cplatform_space()
        try #require(cplatform_measure_space("/", &own) == 0)
        let text = lines(await collector.exposition())
        let root = try #require(text.first { $0.hasPrefix("node_filesystem_size_bytes{") && $0.contains(#"mountpoint="/"}"#) })
        let size = try #require(root.split(separator: " ").last.flatMap { Double($0) })
        #expect(size == own.size)
        #expect(size > 0)
    }
}
