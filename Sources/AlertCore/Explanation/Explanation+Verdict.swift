extension Explanation {
    /// What decides on a path. The first cause that alone suffices; the other facts are there beside it.
    public func verdict(of path: Path) -> Verdict {
        switch state {
        case .unknown: return .neverArrived
        case .firing: return firingVerdict(of: path)
        case .ended: return endedVerdict(of: path)
        }
    }

    private func firingVerdict(of path: Path) -> Verdict {
        if path.integrations.isEmpty { return .noIntegration }
        // What is under way was decided before whatever mutes now.
        if let chain = path.integrations.lazy.compactMap(\.chain).first { return chain.verdict }
        if !inhibitions.isEmpty { return .inhibited }
        if !path.mutedBy.isEmpty { return .mutedByInterval }
        if !silences.isEmpty { return .silenced }
        if path.integrations.allSatisfy(\.toldFiring) { return .told }
        if path.integrations.contains(where: { !$0.toldFiring && $0.lastFailure != nil }) { return .failed }
        return path.isWaitingForFirstFlush ? .waitsForGroup : .waitsForInterval
    }

    private func endedVerdict(of path: Path) -> Verdict {
        if path.integrations.isEmpty { return .noIntegration }
        let interested = path.integrations.filter(\.sendsResolved)
        if interested.contains(where: \.toldResolved) { return .endTold }
        if let chain = path.integrations.lazy.compactMap(\.chain).first { return chain.verdict }
        // The log notes an end also where it is not told.
        if interested.isEmpty, path.integrations.contains(where: { $0.toldFiring || $0.toldResolved }) { return .endNotWanted }
        guard path.integrations.contains(where: \.toldFiring) else {
            // A group whose attempts failed has had its first flush.
            let waits = path.isMember && path.isWaitingForFirstFlush && path.integrations.allSatisfy { $0.lastFailure == nil }
            return waits ? .waitsForGroup : .endedUntold
        }
        if !inhibitions.isEmpty { return .inhibited }
        if !path.mutedBy.isEmpty { return .mutedByInterval }
        if !silences.isEmpty { return .silenced }
        if interested.contains(where: { $0.lastFailure != nil }) { return .failed }
        return path.isMember ? .endWaits : .endedUntold
    }
}

extension Explanation.Chain {
    fileprivate var verdict: Explanation.Verdict {
        if restsUntil != nil { return .deferred }
        return failure == nil ? .sending : .retrying
    }
}
