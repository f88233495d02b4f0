/// Which mounts are told, by node-exporter's defaults; the root always is, even a container's.
enum FilesystemFilter {
    /// File systems of the kernel's own, and images that are full by nature.
    private static let types: Set<String> = [
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "fusectl", "hugetlbfs", "iso9660",
        "mqueue", "nsfs", "overlay", "proc", "procfs", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "erofs", "sysfs",
        "tracefs",
    ]
    /// These and everything below them.
    private static let places = ["/dev", "/proc", "/sys"]
    /// Everything below these.
    private static let roots = ["/run/credentials/", "/var/lib/docker/", "/var/lib/containers/storage/"]

    static func tells(_ mount: Mount) -> Bool {
        let place = mount.mountpoint
        if place == "/" { return true }
        return !types.contains(mount.type) && !places.contains { place == $0 || place.hasPrefix($0 + "/") }
            && !roots.contains { place.hasPrefix($0) && place.utf8.count > $0.utf8.count }
    }
}
