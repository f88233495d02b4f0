import ArgumentParser

/// A verb: its flags, and what it does.
protocol ClientCommand: ParsableCommand {
    var global: GlobalFlags { get }

    /// Does the work; what it prints goes to the session's console.
    func run(_ session: ClientSession) async throws(ClientError)
}

/// The commands by nouns and verbs, as amtool has them (reference 12.2).
struct CommandNode: Sendable {
    let name: String
    let abstract: String
    /// The verb that is meant when none is given.
    var defaultChild: String?
    var children: [CommandNode] = []
    var command: (any ClientCommand.Type)?

    /// The node below with this name.
    subscript(_ name: String) -> CommandNode? { children.first { $0.name == name } }

    static let root = CommandNode(
        name: "", abstract: "View and change the state of a running Alertmanager.",
        children: [
            CommandNode(
                name: "alert", abstract: "Add or query alerts.", defaultChild: "query",
                children: [leaf("query", AlertQuery.self), leaf("add", AlertAdd.self)]),
            CommandNode(
                name: "silence", abstract: "Add, expire, update, import or query silences.", defaultChild: "query",
                children: [
                    leaf("add", SilenceAdd.self), leaf("expire", SilenceExpire.self), leaf("import", SilenceImport.self),
                    leaf("query", SilenceQuery.self), leaf("update", SilenceUpdate.self),
                ]),
            leaf("check-config", CheckConfig.self),
            leaf("check-metrics", CheckMetrics.self),
            leaf("init", InitCommand.self),
            leaf("explain", Explain.self),
            leaf("history", HistoryQuery.self),
            leaf("query", QueryCommand.self),
            leaf("promql-test", PromQLTestCommand.self),
            CommandNode(
                name: "rules", abstract: "Check rule files, and run their unit tests.",
                children: [leaf("check", RulesCheck.self), leaf("test", RulesTest.self)]),
            CommandNode(name: "monitor", abstract: "Check prometheus.yml.", children: [leaf("check", MonitorCheck.self)]),
            CommandNode(
                name: "cni-shim", abstract: "Put a stand-in before the CNI plugin that writes down its operations.", defaultChild: "status",
                children: [
                    leaf("install", CNIShimInstall.self), leaf("status", CNIShimStatus.self), leaf("uninstall", CNIShimUninstall.self),
                ]),
            leaf("test-fire", TestFireCommand.self),
            leaf("drill", DrillCommand.self),
            leaf("runbook", RunbookCommand.self),
            leaf("doctor", Doctor.self),
            leaf("health", Health.self),
            leaf("backup", Backup.self),
            leaf("restore", Restore.self),
            CommandNode(
                name: "cluster", abstract: "View the state of the cluster.", defaultChild: "show",
                children: [leaf("show", ClusterShow.self)]),
            CommandNode(
                name: "config", abstract: "View the running configuration and its routes.", defaultChild: "show",
                children: [
                    leaf("show", ConfigShow.self),
                    CommandNode(
                        name: "routes", abstract: "View the routing tree, and try labels on it.", defaultChild: "show",
                        children: [leaf("show", ConfigRoutesShow.self), leaf("test", ConfigRoutesTest.self)]),
                ]),
            CommandNode(
                name: "template", abstract: "Render template files.",
                children: [leaf("render", TemplateRender.self)]),
        ])

    private static func leaf(_ name: String, _ command: any ClientCommand.Type) -> CommandNode {
        CommandNode(name: name, abstract: command.configuration.abstract, command: command)
    }
}
