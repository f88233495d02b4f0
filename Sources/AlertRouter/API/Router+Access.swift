extension Router: RouterAccess {
    var identity: RouterIdentity {
        RouterIdentity(
            startedAt: startedAt, cluster: options.cluster, matcherMode: options.matcherMode, routePrefix: options.routePrefix)
    }

    var configurationText: String { configuration.marshalled() }
}
