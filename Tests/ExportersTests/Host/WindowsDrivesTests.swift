import Testing

@testable import Exporters

private func drives(_ settings: String = "", _ list: String = "", release: String = "5.15.167.4-microsoft-standard-WSL2\n") -> WindowsDrives
{
    WindowsDrives(release: Array(release.utf8), settings: Array(settings.utf8), mountList: Array(list.utf8))
}

private func mount(_ place: String, _ type: String = "9p") -> Mount {
    Mount(device: "F:\\", mountpoint: place, type: type, isReadOnly: false)
}

@Suite("Windows drives in WSL")
struct WindowsDrivesTests {
    @Test("single letters below /mnt are drives over all three file systems of WSL")
    func automatic() {
        for type in ["9p", "drvfs", "virtiofs"] {
            #expect(drives().contains(mount("/mnt/c", type)))
            #expect(drives().contains(mount("/mnt/F", type)))
        }
        for place in ["/mnt", "/mnt/", "/mnt/1", "/mnt/cd", "/mnt/c/d", "/mnt/wslg", "/c", "/home/c"] {
            #expect(!drives().contains(mount(place)))
        }
        for type in ["ext4", "nfs4", "tmpfs"] { #expect(!drives().contains(mount("/mnt/c", type))) }
    }

    @Test("there are drives in WSL1 and WSL2, and nowhere else")
    func releases() {
        #expect(drives(release: "4.4.0-19041-Microsoft\n").contains(mount("/mnt/c", "drvfs")))
        for release in ["6.1.0-44-amd64", "5.15.0-azure", ""] {
            #expect(!drives("", "F: /mnt/f drvfs", release: release).contains(mount("/mnt/f")))
            #expect(drives("", "F: /mnt/f drvfs", release: release).lines.isEmpty)
        }
    }

    @Test(
        "wsl.conf sets where they are",
        arguments: [
            ("[automount]\nroot = /windir/\n", "/windir/"),
            ("# comment\r\n[Automount]\r\n enabled=true\r\nroot=/windir # there\r\n", "/windir/"),
            ("[automount]\nroot = \"/win\"", "/win/"), ("[automount]\nroot=/\n", "/"), ("[network]\nroot=/x\n", "/mnt/"),
            ("[automount]\nroot=windir\n", "/mnt/"), ("root=/x\n[boot]\nsystemd=true\n", "/mnt/"), ("", "/mnt/"),
        ])
    func root(settings: String, root: String) {
        #expect(drives(settings).root == root)
        #expect(drives(settings).contains(mount(root + "f")))
        #expect(!drives(settings).contains(mount("/elsewhere/f")))
    }

    @Test("lines of fstab name further drives, and say whether the machine starts without them")
    func lines() {
        let list = """
            # F: /mnt/x drvfs
            UUID=1 / ext4 defaults 0 1
            F: /mnt/f drvfs defaults 0 0
            D:\\134 /srv/two\\040words/\tdrvfs\trw,noatime,nofail,uid=1000\t0 0
            E: /mnt/e drvfs noauto
            G: /mnt/g drvfs\r
            H: drvfs

            """
        let found = drives("", list)
        #expect(
            found.lines == [
                WindowsDrives.Line(device: "F:", mountpoint: "/mnt/f", isOptional: false),
                WindowsDrives.Line(device: "D:\\", mountpoint: "/srv/two words", isOptional: true),
                WindowsDrives.Line(device: "E:", mountpoint: "/mnt/e", isOptional: true),
                WindowsDrives.Line(device: "G:", mountpoint: "/mnt/g", isOptional: false),
            ])
        #expect(found.contains(mount("/srv/two words", "drvfs")))
        #expect(!found.contains(mount("/srv/two words", "ext4")))
        #expect(drives("[automount]\nmountFsTab = false\n", list).lines.isEmpty)
        #expect(drives("[automount]\nmountFsTab = true\n", list).lines.count == 4)
    }

    @Test("they are read from their places, the first process's first")
    func places() throws {
        let files = try HostFiles()
        var places = HostOptions.Places()
        places.proc = files.directory
        places.wslSettings = [files.directory + "/none", try files.write("wsl.conf", "[automount]\nroot=/w\n")]
        places.mountLists = [try files.write("fstab", "F: /f drvfs"), try files.write("fstab2", "G: /g drvfs")]
        try files.write("sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2\n")
        let drives = WindowsDrives(places: places)
        #expect(drives.isWSL && drives.root == "/w/")
        #expect(drives.lines.map(\.mountpoint) == ["/f"])
    }
}
