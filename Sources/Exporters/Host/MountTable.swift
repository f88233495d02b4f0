/// One line of the kernel's mount table.
struct Mount: Sendable, Hashable {
    /// What is mounted, such as `/dev/sdc` or `C:\`.
    var device: String
    /// Where.
    var mountpoint: String
    /// Such as `ext4` or `9p`.
    var type: String
    /// Whether nothing can be written there: the mount or its file system is read-only.
    var isReadOnly: Bool
}

/// The kernel's mount table, as proc_pid_mountinfo(5) describes it.
struct MountTable {
    /// Those that are not hidden by a later mount on the same place, in the order of the table.
    let mounts: [Mount]

    /// Reads a text. Lines that are no mounts are passed over: a kernel of tomorrow may add some.
    init(_ text: [UInt8]) {
        var mounts: [Mount] = []
        var places: [String: Int] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let mount = Self.mount(line) else { continue }
            if let hidden = places[mount.mountpoint] {
                mounts[hidden] = mount
            } else {
                places[mount.mountpoint] = mounts.count
                mounts.append(mount)
            }
        }
        self.mounts = mounts
    }

    /// Reads the first of these files that can be read.
    init(files: [String]) throws(KernelTextError) {
        self.init(try KernelFile.read(anyOf: files).text)
    }

    // MARK: Lines

    /// `83 76 0:43 / /mnt/c rw,noatime shared:1 - 9p C:\134 rw,aname=drvfs`: any number of optional fields before the hyphen.
    private static func mount(_ line: ArraySlice<UInt8>) -> Mount? {
        // A device without a name leaves nothing between two blanks.
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard fields.count >= 9, let hyphen = fields[6...].firstIndex(where: { $0.elementsEqual("-".utf8) }), fields.count > hyphen + 3
        else { return nil }
        let device = unescaped(fields[hyphen + 2])
        return Mount(
            device: device.isEmpty ? "none" : device, mountpoint: unescaped(fields[4]), type: unescaped(fields[hyphen + 1]),
            isReadOnly: isReadOnly(fields[5]) || isReadOnly(fields[hyphen + 3]))
    }

    private static func isReadOnly(_ options: ArraySlice<UInt8>) -> Bool {
        options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("ro".utf8) }
    }

    /// The kernel writes blanks, line ends and backslashes as a backslash and three octal digits.
    static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                let value = digits.reduce(0) { $0 << 3 | UInt16($1 & 7) }
                if let value = UInt8(exactly: value) {
                    bytes.append(value)
                    rest = rest.dropFirst(3)
                    continue
                }
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
