import Glibc
import Logging

extension LogFollower {
    /// Looks what is at the path now, and takes over what is new there.
    func look(at current: TailFile?, absent: LogPlace, now: Int64, into sink: some LineSink) {
        var status = stat()
        guard stat(path, &status) == 0 else { return report(TailFile.Refusal(code: errno)) }
        if let current, current.key == status.key { return report(nil) }
        switch TailFile.open(path) {
        case .failure(let refusal): report(refusal)
        case .success(let file):
            report(nil)
            if let current { replace(current, by: file, now: now, into: sink) } else { appear(file, since: absent, now: now) }
        }
    }

    /// A log where there was none.
    private func appear(_ file: TailFile, since absent: LogPlace, now: Int64) {
        guard let siblings = list(except: file.key) else { return }
        guard take(newFiles(siblings.filter { $0.modified > absent.modified }, beside: [file]), now: now) else { return }
        remember(siblings, beside: file)
        phase = .following(file, absent: absent)
    }

    /// Another file at the path: a rename, a replacement, or a former log that came back.
    private func replace(_ current: TailFile, by file: TailFile, now: Int64, into sink: some LineSink) {
        if current.key == file.key { return }
        if let index = draining.firstIndex(where: { $0.key == file.key }) {
            let former = draining.remove(at: index)
            current.quietSince = now
            draining.append(current)
            rotations += 1
            log.info("The log was replaced by a file that was the log before")
            phase = .following(former, absent: LogPlace())
            return
        }
        // Cleared before it was replaced: first what is in the copy.
        guard let neighbours = list(except: file.key) else { return }
        let wasCleared =
            current.holds(current.place) == .no || copyBeforeClearing(of: current, holding: current.place, in: neighbours) != nil
        if wasCleared, !restart(current, replacedBy: file, now: now, into: sink) { return }
        guard let siblings = list(except: file.key) else { return }
        let renamed = siblings.firstIndex { $0.key == current.key }
        if renamed == nil, !current.place.isBlank, file.holds(current.place) == .yes {
            // Copied and put back: the same lines up to the place.
            file.place = current.place
            file.place.inode = file.key.inode
            phase = .following(file, absent: LogPlace())
            return
        }
        // A log of which nothing was known may have been copied and cleared before it was renamed.
        let later: [RotatedFile]
        if let renamed, !current.place.isBlank {
            later = Array(siblings[(renamed + 1)...])
        } else {
            later = siblings.filter { $0.modified > current.place.modified }
        }
        let newer = newFiles(later, beside: [file, current])
        guard take(newer, now: now) else { return }
        log.info(
            "The log was rotated",
            metadata: [
                "to": .string(renamed.map { String(siblings[$0].name) } ?? "a removed file"), "between": .stringConvertible(newer.count),
            ])
        current.quietSince = now
        draining.insert(current, at: 0)
        rotations += 1
        remember(siblings, beside: file)
        phase = .following(file, absent: LogPlace())
    }

    /// The log was cleared or written anew in place: what had not been read of it is in its copy, if there is one. False when that cannot be told now.
    func restart(_ current: TailFile, replacedBy file: TailFile? = nil, now: Int64, into sink: some LineSink) -> Bool {
        let place = current.place
        // What is there now is known first: whatever is done to the log from here on is seen at the next look.
        if let code = current.startOver() {
            report(.failed(code))
            return false
        }
        guard let siblings = list(except: (file ?? current).key) else {
            current.place = place
            return false
        }
        let copy = place.isBlank ? nil : continuation(of: place, in: siblings, except: current.key)
        var later: [RotatedFile]
        if let copy, let index = siblings.firstIndex(where: { $0.path == copy.file.path }) {
            later = Array(siblings[(index + 1)...])
        } else {
            later = siblings.filter { $0.modified > place.modified && !isCutCopy($0, of: place) }
        }
        later = newFiles(later, beside: [copy?.opened, current, file])
        guard take(later, now: now) else {
            current.place = place
            return false
        }
        if let copy {
            copy.opened.place = place
            copy.opened.place.inode = copy.opened.key.inode
            copy.opened.endsWhenRead = true
            draining.insert(copy.opened, at: 0)
        } else {
            leave(place, into: sink)
        }
        log.info(
            "The log was cleared", metadata: ["copy": .string(copy?.file.path ?? "none"), "between": .stringConvertible(later.count)])
        rotations += 1
        remember(siblings, beside: file ?? current)
        return true
    }

    /// A log that was empty at the last look has changed. It may have been filled, copied and cleared meanwhile; the copy is counted.
    /// True when that cannot be told now.
    func wasCopiedWhileBlank(_ current: TailFile, now: Int64) -> Bool {
        guard let status = current.status, status.modified != current.place.modified else { return false }
        let place = current.place
        if let code = current.startOver() {
            report(.failed(code))
            return true
        }
        guard let siblings = list(except: current.key),
            take(newFiles(siblings.filter { $0.modified > place.modified }, beside: [current]), now: now)
        else {
            current.place = place
            return true
        }
        remember(siblings, beside: current)
        return false
    }

    // MARK: Files beside the log

    func list(except key: TailFile.Key?) -> [RotatedFile]? {
        RotatedFile.list(beside: path)?.filter { $0.key != key }
    }

    /// Those that were the log after what has been read so far: named as rotated files are, not known yet, and no copies of files that are
    /// read anyway.
    func newFiles(_ files: some Sequence<RotatedFile>, beside others: [TailFile?]) -> [RotatedFile] {
        let open = others.compactMap(\.self) + draining
        return files.filter { file in
            guard file.looksRotated, !file.isCompressed, !open.contains(where: { $0.key == file.key }) else { return false }
            guard case .success(let opened) = TailFile.open(file.path), let identity = opened.identity else { return true }
            return (identity.size == 0 || !finished.contains(identity)) && !open.contains { $0.begins(with: identity) }
        }
    }

    /// Begins to read files that were the log. False when they were renamed meanwhile: then the next look sees them as they are.
    func take(_ files: [RotatedFile], now: Int64) -> Bool {
        var opened: [TailFile] = []
        for file in files {
            switch TailFile.open(file.path) {
            case .success(let found) where found.key == file.key:
                found.quietSince = now
                opened.append(found)
            case .success, .failure(.missing), .failure(.notAFile): return false
            case .failure(.failed(let code)):
                gaps += 1
                log.warning(
                    "Lines are lost: the rotated log cannot be read",
                    metadata: ["file": .string(file.path), "error": .string(String(cString: strerror(code)))])
            }
        }
        draining += opened
        rotations += UInt64(files.count)
        return true
    }

    /// Remembers what is there as done with, so that it is not counted should it ever be touched; but for copies of what has not been read yet.
    func remember(_ siblings: [RotatedFile], beside current: TailFile?) {
        let open = draining + [current].compactMap(\.self)
        let known = siblings.filter { file in
            file.looksRotated && !file.isCompressed && !open.contains { $0.key == file.key }
        }
        finished = known.suffix(Self.rememberedFiles).compactMap { file in
            guard case .success(let opened) = TailFile.open(file.path), let identity = opened.identity,
                !open.contains(where: { $0.place.seen < identity.size && $0.begins(with: identity) })
            else { return nil }
            return identity
        }
    }

    /// Whether a file has only lines that were read: it begins as the log did, and ends before the place.
    func isCutCopy(_ file: RotatedFile, of place: LogPlace) -> Bool {
        guard !place.isBlank, file.size < place.seen, case .success(let opened) = TailFile.open(file.path) else { return false }
        return opened.fingerprint(at: 0, count: place.head.count) == .success(place.head)
    }
}
