import AlertRouter
import Journal
import Time

/// What an instance needs of the machine that it runs on.
struct MachineChecks {
    let probes: MachineProbes

    /// The addresses that a planned instance would listen on.
    func ports(_ addresses: [String]) -> [DoctorFinding] {
        addresses.map { address in
            guard let problem = probes.listenProblem(address) else { return .ok("port", "\(address) is free") }
            // The message ends in what to do.
            let parts = problem.description.split(separator: ";", maxSplits: 1).map(String.init)
            return .failure("port", parts[0], parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "choose another --web.listen-address")
        }
    }

    /// The port of an instance that answers.
    func heldPort(_ port: Int) -> DoctorFinding {
        .ok("port", "\(port) is held by \(probes.portHolder(port).map { "\($0)" } ?? "a process of another user")")
    }

    /// The directory for data. `runs`: whether an instance answers, which may be the one that works in it.
    func storage(_ path: String, runs: Bool) -> DoctorFinding {
        let site = probes.site(path)
        let place = site.exists ? path : "\(path) (will be made in \(site.path))"
        let elsewhere = "give a --storage.path on a local disk that keeps its files"
        guard site.isDirectory else {
            return .failure("storage", "\(site.path) is no directory", "move it away, or give another --storage.path")
        }
        if let kind = site.magic.flatMap(Filesystem.refusedKind(magic:)) {
            return .failure("storage", "\(place) is on \(kind), where a commit may be lost", elsewhere)
        }
        guard site.isWritable else {
            return .failure(
                "storage", "\(site.path) is not writable", "chown it to the user of the service, or give another --storage.path")
        }
        if !runs, let holder = site.holder {
            return .failure(
                "storage", "\(path) is in use by process \(holder), which does not answer", "stop it, or give another --storage.path")
        }
        let free = site.freeBytes ?? .max
        let found = "\(place): \(Self.room(site))"
        if free < 16 << 20 { return .failure("storage", found, "make room: nothing can be kept without 16 MB") }
        if free < 200 << 20 { return .warning("storage", found, "make room: up to 100 MB are used, and SQLite needs some to work") }
        if let loss = site.magic.flatMap(Filesystem.loss(magic:)) { return .warning("storage", "\(found); \(loss)", elsewhere) }
        return .ok("storage", found)
    }

    /// The wall clock and its zone.
    func clock(_ now: Timestamp, zone: Zone = .local) -> DoctorFinding {
        let shown = GoLayout.format(now, in: zone, layout: "2006-01-02 15:04 MST")
        // Built in 2026: no right clock shows an earlier year.
        guard (2026..<2100).contains(CivilTime(now, in: zone).year) else {
            return .failure("clock", "\(shown) cannot be", "set the clock: timedatectl set-ntp true; under WSL: wsl --shutdown")
        }
        guard probes.hasZones() else {
            return .warning("clock", "\(shown), but the zone database is missing", "install tzdata: time_intervals with a location need it")
        }
        return .ok("clock", shown + clockStep)
    }

    /// What is known of a time service, as the end of a line. That none is known is no fault: under WSL and in some virtual machines the host
    /// sets the clock.
    var clockStep: String {
        switch probes.isClockInStep() {
        case true: ", in step"
        case false: ", no time service (NTP) keeps it in step"
        case nil: ""
        }
    }

    /// libcurl and the certificate authorities.
    func transport() -> DoctorFinding {
        guard let problem = probes.transportProblem() else { return .ok("https", "libcurl and certificate authorities load") }
        let parts = problem.split(separator: ";", maxSplits: 1).map(String.init)
        return .failure("https", parts[0], parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "install libcurl4 and ca-certificates")
    }

    /// The URL that links in messages begin with.
    func externalURL(_ url: String) -> DoctorFinding {
        ExternalURLCheck.problem(of: url, resolves: probes.resolves).map { .warning("links", $0.message, $0.advice) } ?? .ok("links", url)
    }

    /// The file system and what is free on it.
    static func room(_ site: MachineProbes.Site) -> String {
        let kind = site.magic.flatMap(Filesystem.name(magic:)).map { "\($0), " } ?? ""
        return kind + (site.freeBytes.map { "\(size($0)) free" } ?? "free space not known")
    }

    private static func size(_ bytes: UInt64) -> String {
        bytes >= 10 << 30 ? "\(bytes >> 30) GB" : "\(bytes >> 20) MB"
    }
}
