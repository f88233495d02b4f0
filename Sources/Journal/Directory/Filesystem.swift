import CPlatform

/// Kinds of file systems on which SQLite's promises do not hold.
enum Filesystem {
    /// The `statfs` magic of the file system that holds a path; nil when it cannot be told.
    @Sendable static func magic(of path: String) -> UInt64? {
        var magic: UInt64 = 0
        return cplatform_filesystem_magic(path, &magic) == 0 ? magic : nil
    }

    /// What to call the file system when it must be refused; nil when it is fine.
    static func refusedKind(magic: UInt64) -> String? {
        switch magic {
        case 0x0102_1997: "a Windows drive or another host's directory (9p, drvfs)"
        case 0x6969: "a network file system (NFS)"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "a Windows share (CIFS, SMB)"
        default: nil
        }
    }
}
