import Glibc

/// A file beside the log in which a place goes on.
struct LogCopy {
    let file: RotatedFile
    let opened: TailFile
    fileprivate let identity: FileIdentity
}

extension LogFollower {
    /// The file of these in which a place goes on; nil where none holds it.
    ///
    /// The oldest counts, because the log may have been cleared again since and begin anew as it began before; a longer one that has all of it is
    /// another copy of the same lines. What is done with, or is read anyway, is not looked at.
    ///
    /// - Parameter files: from the oldest to the newest.
    func continuation(of place: LogPlace, in files: some Sequence<RotatedFile>, except key: TailFile.Key? = nil) -> LogCopy? {
        var best: LogCopy?
        for file in files where !file.isCompressed && file.size >= place.seen && file.key != key {
            guard !draining.contains(where: { $0.key == file.key }), case .success(let opened) = TailFile.open(file.path),
                opened.holds(place) == .yes, let identity = opened.identity, !finished.contains(identity),
                !draining.contains(where: { $0.begins(with: identity) })
            else { continue }
            guard best.map({ identity.size > $0.identity.size && opened.begins(with: $0.identity) }) ?? true else { continue }
            best = LogCopy(file: file, opened: opened, identity: identity)
        }
        return best
    }

    /// The copy in which a place goes on that a file only seems to hold: the file was copied and cleared, and begins as it did before.
    ///
    /// Such a copy is no younger than the file, and either longer, as no copy of what is there now can be, or goes on otherwise.
    func copyBeforeClearing(of file: TailFile, holding place: LogPlace, in siblings: [RotatedFile]) -> LogCopy? {
        guard !place.isBlank, let status = file.status,
            let copy = continuation(of: place, in: siblings.lazy.filter { $0.modified <= status.modified }, except: file.key)
        else { return nil }
        return copy.identity.size > Int64(status.st_size) || goesOnOtherwise(copy, file, behind: place.seen) ? copy : nil
    }

    private func goesOnOtherwise(_ copy: LogCopy, _ file: TailFile, behind offset: Int64) -> Bool {
        let buffer = memory()
        let half = buffer.count / 2
        let (left, right) = (
            UnsafeMutableRawBufferPointer(rebasing: buffer[..<half]), UnsafeMutableRawBufferPointer(rebasing: buffer[half...])
        )
        guard case .success(let first) = copy.opened.read(into: left, at: offset),
            case .success(let second) = file.read(into: right, at: offset),
            let one = left.baseAddress, let other = right.baseAddress
        else { return false }
        return memcmp(one, other, min(first, second)) != 0
    }

    /// Whether the log was copied and cleared without its first bytes telling; nil when that cannot be told now.
    ///
    /// The directory tells whether there may be a copy, so that an idle look costs little. A copy that holds the place is looked at until the log
    /// goes on otherwise, or beyond what was copied.
    func wasClearedUnseen(_ current: TailFile) -> Bool? {
        guard !current.place.isBlank else { return false }
        var status = stat()
        guard stat(RotatedFile.directory(of: path), &status) == 0 else { return nil }
        guard status.modified != checkedDirectory else { return false }
        guard let siblings = list(except: current.key) else { return nil }
        if copyBeforeClearing(of: current, holding: current.place, in: siblings) != nil { return true }
        checkedDirectory = continuation(of: current.place, in: siblings) == nil ? status.modified : nil
        return false
    }
}
