public import Time

/// What the host's exporter tells, and where the kernel tells it. The defaults are those of any Linux machine.
public struct HostOptions: Sendable {
    /// Mount points that must be there, whatever is mounted on them and whether this exporter has ever seen them.
    public var requiredMounts: [String] = []
    /// Mount points that may come and go, such as those of removable drives. Overrules `requiredMounts` and what is remembered.
    public var optionalMounts: [String] = []
    /// Where the host's root directory is seen from here: in a container the place that it is bound to.
    public var root = "/"
    /// Where the Windows drives that were seen are remembered; nil or empty keeps them in memory.
    public var stateDirectory: String?
    /// How long a required mount that is only remembered may be missing before it is forgotten.
    public var forgetAfter = TimeSpan.hours(30 * 24)
    /// How long a file system may take to answer.
    public var filesystemLimit = TimeSpan.seconds(5)
    /// How many network devices are told at most, and how many disks.
    public var maximumDevices = 256
    /// Where the kernel and the system tell of themselves; tests have their own.
    public var places = Places()
    /// Of this program, for `host_exporter_build_info`.
    public var version: String

    /// The options of any Linux machine.
    public init(version: String) { self.version = version }

    /// Files of the kernel and of the system. Of several, the first that can be read counts.
    public struct Places: Sendable {
        /// The mount table. That of the first process comes first: it is the machine's own, not what a service manager made of it for this
        /// service.
        public var mountTables = ["/proc/1/mountinfo", "/proc/self/mountinfo"]
        /// The traffic of network devices. That of the first process comes first: it is the machine's own, not a container's.
        public var networkTables = ["/proc/1/net/dev", "/proc/self/net/dev"]
        /// The directory of network devices.
        public var networkClasses = ["/proc/1/root/sys/class/net", "/sys/class/net"]
        /// The directory of `stat`, `meminfo`, `loadavg` and `diskstats`.
        public var proc = "/proc"
        /// The mounts that the machine is set up with.
        public var mountLists = ["/proc/1/root/etc/fstab", "/etc/fstab"]
        /// The settings of WSL.
        public var wslSettings = ["/proc/1/root/etc/wsl.conf", "/etc/wsl.conf"]

        /// The places of any Linux machine.
        public init() {}

        /// The places of a machine whose root directory is seen elsewhere, with its /proc and /sys.
        public init(root: String) {
            mountTables.insert(HostOptions.place("/proc/1/mountinfo", below: root), at: 0)
            networkTables.insert(HostOptions.place("/proc/1/net/dev", below: root), at: 0)
            networkClasses.insert(HostOptions.place("/sys/class/net", below: root), at: 0)
            mountLists.insert(HostOptions.place("/etc/fstab", below: root), at: 0)
            wslSettings.insert(HostOptions.place("/etc/wsl.conf", below: root), at: 0)
        }
    }

    /// Where a place of the host is seen when its root directory is seen at `root`.
    static func place(_ place: String, below root: String) -> String {
        root.utf8.last == UInt8(ascii: "/") ? root.dropLast() + place : root + place
    }

    /// What is wrong with a directory that `--host.root`, `--host.required-mount` or `--host.optional-mount` names, and what to do; nil when nothing is.
    public static func problem(withMount place: String) -> String? {
        if place.utf8.first != UInt8(ascii: "/") { return "\"\(place)\" is not an absolute path; give the mount point, such as /mnt/f" }
        return nil
    }
}
