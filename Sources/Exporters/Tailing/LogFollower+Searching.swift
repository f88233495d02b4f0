import Glibc
import Logging

extension LogFollower {
    /// Where a place was found again.
    private enum Found {
        /// In the file at the log's path.
        case atPath
        /// In a file beside it.
        case beside(TailFile, index: Int)
        case nowhere

        var file: TailFile? { if case .beside(let file, _) = self { file } else { nil } }
    }

    /// Finds the places of an earlier run, or of the time before the drive was gone, in the files that are there now.
    func search(_ current: LogPlace, _ places: [LogPlace], now: Int64, into sink: some LineSink) {
        var file: TailFile?
        switch TailFile.open(path) {
        case .success(let opened): file = opened
        case .failure(.missing(let code)): report(.missing(code))
        case .failure(let refusal): return report(refusal)
        }
        guard let everything = RotatedFile.list(beside: path) else { return }
        let siblings = everything.filter { $0.key != file?.key }
        // First the files that were no longer the log: none of them is a copy of it.
        let matched = findDraining(places, current, siblings)
        let found = find(current, file, siblings)
        // An empty directory may be a drive that is not mounted.
        if case .nowhere = found, file == nil, current.inode != 0 {
            draining = []
            return
        }
        for file in draining { file.quietSince = now }
        // Of an empty file only its number is known, which may have been given to another file since.
        let empty = Set((places + [current]).filter { $0.isBlank && $0.inode != 0 }.map(\.inode))
        let later = siblings.indices.filter { index in
            if empty.contains(siblings[index].key.inode) { return true }
            return switch found {
            case .atPath: false
            case .beside(_, let place): index > place
            case .nowhere: siblings[index].modified > current.modified && !isCutCopy(siblings[index], of: current)
            }
        }
        let newer = newFiles(later.map { siblings[$0] }, beside: [file, found.file])
        guard take(newer, now: now) else {
            draining = []
            return
        }
        for (place, file) in zip(places, matched) where file == nil { leave(place, into: sink) }
        goOn(found, current, file, siblings, newer: newer.count, now: now, into: sink)
        remember(siblings, beside: file)
        if file != nil { report(nil) }
    }

    private func goOn(
        _ found: Found, _ current: LogPlace, _ file: TailFile?, _ siblings: [RotatedFile], newer: Int, now: Int64, into sink: some LineSink
    ) {
        switch found {
        case .atPath:
            file?.place = current
            if let file { file.place.inode = file.key.inode }
        case .beside(let old, _):
            old.place = current
            old.place.inode = old.key.inode
            old.quietSince = now
            draining.insert(old, at: 0)
            rotations += 1
            log.info("The log was rotated meanwhile", metadata: ["between": .stringConvertible(newer)])
        case .nowhere where current.isBlank:
            if let file, current.inode != 0, file.key.inode != current.inode { rotations += 1 }
        case .nowhere:
            leave(current, into: sink)
            rotations += 1
            missRest(of: current, siblings)
        }
        phase = .following(file, absent: absence(siblings))
    }

    /// Says that what was written behind a place is lost, unless a compressed file shows that nothing was.
    private func missRest(of place: LogPlace, _ siblings: [RotatedFile]) {
        let second: Int64 = 1_000_000_000
        let compressed = siblings.filter { $0.isCompressed && $0.modified / second >= place.modified / second }
        if let oldest = compressed.first, oldest.modified / second == place.modified / second, compressed.count == 1 { return }
        gaps += 1
        if compressed.isEmpty {
            log.warning(
                """
                Lines may be lost: the file that was read before the stop is neither the log nor beside it any more. Counting goes on with \
                what is there
                """)
        } else {
            log.warning(
                """
                Lines are lost: the log was rotated and compressed before it was read to its end. Compress rotated logs one rotation later, \
                as delaycompress of logrotate does
                """, metadata: ["files": .string(compressed.map { String($0.name) }.joined(separator: ", "))])
        }
    }

    private func find(_ place: LogPlace, _ file: TailFile?, _ siblings: [RotatedFile]) -> Found {
        guard !place.isBlank else { return .nowhere }
        func beside(_ copy: LogCopy) -> Found {
            siblings.firstIndex { $0.path == copy.file.path }.map { .beside(copy.opened, index: $0) } ?? .nowhere
        }
        func inFile(at path: TailFile) -> Found {
            copyBeforeClearing(of: path, holding: place, in: siblings).map(beside) ?? .atPath
        }
        if let file, file.key.inode == place.inode, file.holds(place) == .yes { return inFile(at: file) }
        var wasClearedAndRenamed = false
        if let index = siblings.firstIndex(where: { $0.key.inode == place.inode && !$0.isCompressed }),
            case .success(let opened) = TailFile.open(siblings[index].path)
        {
            if opened.holds(place) == .yes {
                return copyBeforeClearing(of: opened, holding: place, in: siblings).map(beside) ?? .beside(opened, index: index)
            }
            wasClearedAndRenamed = siblings[index].looksRotated && siblings[index].modified > place.modified
        }
        // Where the log's own file is seen under another name, the one at its path is no copy that was put back, though it may begin alike.
        if !wasClearedAndRenamed, let file, file.holds(place) == .yes { return inFile(at: file) }
        return continuation(of: place, in: siblings).map(beside) ?? .nowhere
    }

    /// Finds files that were no longer the log; nil for each that is nowhere.
    ///
    /// First those that are still what they were, so that none of them is taken for the copy of another that begins alike.
    private func findDraining(_ places: [LogPlace], _ current: LogPlace, _ siblings: [RotatedFile]) -> [TailFile?] {
        func itself(_ place: LogPlace) -> TailFile? {
            guard !place.isBlank, let sibling = siblings.first(where: { $0.key.inode == place.inode && !$0.isCompressed }),
                case .success(let opened) = TailFile.open(sibling.path), opened.holds(place) == .yes
            else { return nil }
            return opened
        }
        var found = places.map(itself)
        draining = found.compactMap(\.self)
        let log = itself(current)?.key
        for index in places.indices where found[index] == nil && !places[index].isBlank {
            guard let copy = continuation(of: places[index], in: siblings, except: log)?.opened else { continue }
            found[index] = copy
            draining.append(copy)
        }
        for (place, file) in zip(places, found) {
            guard let file else { continue }
            file.place = place
            file.place.inode = file.key.inode
        }
        draining = found.compactMap(\.self)
        return found
    }
}
