extension Router: RouterAccess {
    var identity: RouterIdentity {
        RouterIdentity(
            startedAt: startedAt, cluster: options.cluster, matcherMode: options.matcherMode, routePrefix: options.routePrefix,
            externalURL: options.externalURL, trustedOrigins: options.trustedOrigins)
    }

    var configurationText: String { configuration.marshalled() }
}
