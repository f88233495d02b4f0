import CPlatform

/// Kinds of file systems: those on which SQLite's promises do not hold, and those whose files do not last.
public enum Filesystem {
    /// The `statfs` magic of the file system that holds a path; nil when it cannot be told.
    @Sendable public static func magic(of path: String) -> UInt64? {
        var magic: UInt64 = 0
        return cplatform_filesystem_magic(path, &magic) == 0 ? magic : nil
    }

    /// What to call the file system when it must be refused; nil when it is fine.
    public static func refusedKind(magic: UInt64) -> String? {
        switch magic {
        case 0x0102_1997: "a Windows drive or another host's directory (9p, drvfs)"
        case 0x6969: "a network file system (NFS)"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "a Windows share (CIFS, SMB)"
        default: nil
        }
    }

    /// What becomes of files on a file system that does not keep them; nil when it does.
    public static func loss(magic: UInt64) -> String? {
        switch magic {
        case 0x0102_1994, 0x8584_58F6: "in memory (tmpfs): lost when the machine or container stops"
        case 0x794C_7630: "inside a container's own layer (overlayfs): lost with the container"
        default: nil
        }
    }

    /// The name of a file system that people know; nil for the rarer ones.
    public static func name(magic: UInt64) -> String? {
        switch magic {
        case 0xEF53: "ext4"
        case 0x5846_5342: "xfs"
        case 0x9123_683E: "btrfs"
        case 0x2FC1_2FC1: "zfs"
        case 0xF2F5_2010: "f2fs"
        case 0x0102_1994: "tmpfs"
        case 0x794C_7630: "overlayfs"
        default: nil
        }
    }
}
