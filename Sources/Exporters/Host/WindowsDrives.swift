/// Where WSL mounts the drives of Windows: those that it mounts by itself at `/mnt/<letter>`, and those that fstab names.
struct WindowsDrives: Sendable {
    /// A line of fstab that mounts a drive.
    struct Line: Sendable, Hashable {
        var device: String
        var mountpoint: String
        /// Whether the machine is to start without it: `noauto` or `nofail`.
        var isOptional: Bool
    }

    /// Whether this is WSL at all.
    let isWSL: Bool
    /// Ends in a slash.
    let root: String
    /// The drives that fstab mounts.
    let lines: [Line]

    /// Looks at this machine. A file that cannot be read counts as one that says nothing.
    init(places: HostOptions.Places) {
        self.init(
            release: (try? KernelFile.read(places.proc + "/sys/kernel/osrelease", expecting: 256)) ?? [],
            settings: (try? KernelFile.read(anyOf: places.wslSettings).text) ?? [],
            mountList: (try? KernelFile.read(anyOf: places.mountLists).text) ?? [])
    }

    /// Of the kernel's release, wsl.conf and fstab.
    init(release: [UInt8], settings: [UInt8], mountList: [UInt8]) {
        isWSL = String(decoding: release, as: UTF8.self).lowercased().contains("microsoft")
        let settings = WSLSettings(settings)
        let root = settings.root ?? "/mnt/"
        self.root = root.hasSuffix("/") ? root : root + "/"
        lines = isWSL && settings.mountsListed ? Self.lines(of: mountList) : []
    }

    /// Whether a mount is a drive that WSL or fstab mounted.
    func contains(_ mount: Mount) -> Bool {
        guard isWSL, Self.types.contains(mount.type) else { return false }
        return isAutomatic(mount.mountpoint) || lines.contains { $0.mountpoint == mount.mountpoint }
    }

    /// How WSL mounts drives: WSL1 by a file system of its own, WSL2 over 9p or virtiofs.
    static let types: Set<String> = ["9p", "drvfs", "virtiofs"]

    /// The root and one letter.
    private func isAutomatic(_ place: String) -> Bool {
        guard place.hasPrefix(root) else { return false }
        let rest = place.utf8.dropFirst(root.utf8.count)
        return rest.count == 1 && rest.allSatisfy { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
    }

    /// `F: /mnt/f drvfs defaults 0 0`, with what blanks are escaped as.
    private static func lines(of text: [UInt8]) -> [Line] {
        text.split(separator: 10).compactMap { line in
            let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            guard fields.count >= 3, fields[0].first != UInt8(ascii: "#"), fields[2].elementsEqual("drvfs".utf8) else { return nil }
            let options = fields.count > 3 ? fields[3].split(separator: UInt8(ascii: ",")) : []
            return Line(
                device: MountTable.unescaped(fields[0]), mountpoint: RequiredMounts.trimmed(MountTable.unescaped(fields[1])),
                isOptional: options.contains { $0.elementsEqual("noauto".utf8) || $0.elementsEqual("nofail".utf8) })
        }
    }
}

/// What wsl.conf says of drives, in its section `automount`.
private struct WSLSettings {
    /// `root`.
    private(set) var root: String?
    /// `mountFsTab`.
    private(set) var mountsListed = true

    init(_ text: [UInt8]) {
        var isOfDrives = false
        for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.first == "[" {
                isOfDrives = line.dropFirst().prefix { $0 != "]" }.lowercased() == "automount"
            } else if isOfDrives, let equals = line.firstIndex(of: "=") {
                let key = line[..<equals].filter { !$0.isWhitespace }.lowercased()
                let value = line[line.index(after: equals)...].prefix { $0 != "#" }.filter { !$0.isWhitespace && $0 != "\"" }
                if key == "root", value.hasPrefix("/") { root = String(value) }
                if key == "mountfstab" { mountsListed = value.lowercased() != "false" }
            }
        }
    }
}
