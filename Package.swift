// swift-tools-version: 6.1
import PackageDescription

let swift6: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault")]

let package = Package(
    name: "flatalert",
    products: [
        .executable(name: "flatalert", targets: ["flatalert"]),
        .executable(name: "simulate", targets: ["Simulation"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: [
        // The executable: commands, wiring, process life.
        .executableTarget(
            name: "flatalert",
            dependencies: [
                "BuiltInRules", "Runbooks", "RuleTesting", "Exporters", "RuleEngine", "Rules", "Scraping", "MonitorFile",
                "ClientConfiguration",
                "PromQLTesting", "SampleStore", "PromQL", "AlertRouter", "AlertStorage", "AlertCore", "GoTemplate",
                "WebServer", "Mail", "Transport", "Journal", "Exposition",
                "StrictYAML", "JSON", "Labels", "RE2", "Time",
                "CPlatform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        // Around the core: configuration, API v2, storage, delivery.
        .target(
            name: "AlertRouter",
            dependencies: [
                "AlertCore", "AlertStorage", "ClientConfiguration", "GoTemplate", "WebServer", "Mail", "Transport", "Journal", "Exposition",
                "Runbooks", "StrictYAML", "JSON", "Labels", "RE2", "Time",
                "CPlatform",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        // The core's journal tables. Apart from AlertRouter so that the simulation and the power-cut test need no HTTP server.
        .target(
            name: "AlertStorage", dependencies: ["AlertCore", "Journal", "CSQLite", "Labels", "Time"], swiftSettings: swift6),
        // The pure machine. It must never depend on anything that does I/O.
        .target(name: "AlertCore", dependencies: ["Labels", "RE2", "Time"], swiftSettings: swift6),
        .target(
            name: "WebServer",
            dependencies: [
                "CPlatform",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        .target(
            name: "Transport",
            dependencies: ["CCurl", "JSON", "Threads", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        .target(
            name: "Journal",
            dependencies: ["CSQLite", "CPlatform", "Threads", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        .target(
            name: "Exposition",
            dependencies: ["CZlib", "Labels", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        // The query language: syntax, evaluation, functions. Knows no rules and no HTTP.
        .target(name: "PromQL", dependencies: ["Labels", "RE2", "Time"], swiftSettings: swift6),
        // Samples in memory and on the disk, as a source of PromQL.
        .target(
            name: "SampleStore",
            dependencies: ["PromQL", "Labels", "RE2", "Time", "CPlatform", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        // Test scripts of expressions, and the notation of series that rule tests share with them.
        .target(name: "PromQLTesting", dependencies: ["PromQL", "Labels", "RE2", "Time"], swiftSettings: swift6),
        // What the configuration files of both products share: the HTTP client's block, URLs, paths.
        .target(name: "ClientConfiguration", dependencies: ["Transport", "StrictYAML", "Labels", "Time"], swiftSettings: swift6),
        // prometheus.yml, and relabelling.
        .target(
            name: "MonitorFile", dependencies: ["ClientConfiguration", "Transport", "StrictYAML", "JSON", "Labels", "RE2", "Time"],
            swiftSettings: swift6),
        // Targets: found, scraped, stored.
        .target(
            name: "Scraping",
            dependencies: [
                "MonitorFile", "ClientConfiguration", "SampleStore", "PromQL", "Exposition", "Transport", "StrictYAML", "JSON", "Labels",
                "RE2", "Threads", "Time", "CPlatform",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        // Rule files and the pure machine of their groups. Like AlertCore it must never depend on anything that does I/O.
        .target(
            name: "Rules", dependencies: ["PromQL", "GoTemplate", "StrictYAML", "JSON", "Labels", "RE2", "Time"], swiftSettings: swift6),
        // Around rules and samples: groups on their ticks, sources, sinks, state on the disk, the query API.
        .target(
            name: "RuleEngine",
            dependencies: [
                "Rules", "Scraping", "MonitorFile", "ClientConfiguration", "PromQL", "SampleStore", "WebServer", "Transport", "Journal",
                "CSQLite", "Exposition", "GoTemplate", "JSON", "Labels", "RE2", "Threads", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        // Unit tests of rules, from series to rendered notification: the one module that knows both engines.
        .target(
            name: "RuleTesting",
            dependencies: [
                "Rules", "PromQLTesting", "PromQL", "MonitorFile", "AlertRouter", "AlertCore", "GoTemplate", "StrictYAML", "JSON", "Labels",
                "RE2", "Time",
            ],
            swiftSettings: swift6),
        // The files of rules/, carried in the binary; its link `rules` leads there.
        .target(
            name: "BuiltInRules", exclude: ["rules/tests", "rules/upstream-names.yml"],
            resources: ["cni-plugin", "gateway", "host", "monitoring"].map { .embedInCode("rules/\($0).yml") }, swiftSettings: swift6),
        // The files of runbooks/, carried in the binary; its link `runbooks` leads there.
        .target(
            name: "Runbooks",
            resources: ["CNIPluginDown", "DiskSpaceCritical", "DiskSpaceWarning", "GatewayDown", "HighErrorRate", "HighLatency"].flatMap {
                ["runbooks/\($0).ja.md", "runbooks/\($0).en.md"]
            }.map { .embedInCode($0) }, swiftSettings: swift6),
        // What Flatnet's own exporters and the host's tell.
        .target(
            name: "Exporters",
            dependencies: [
                "Exposition", "Transport", "JSON", "CPlatform", "Labels", "RE2", "Threads", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        // Go's text/template and html/template, and the functions that both products share.
        .target(name: "GoTemplate", dependencies: ["JSON", "Labels", "RE2", "Time"], swiftSettings: swift6),
        // Mails as bytes, and their addresses.
        .target(name: "Mail", swiftSettings: swift6),
        .target(name: "StrictYAML", dependencies: ["CYAML"], swiftSettings: swift6),
        .target(name: "JSON", swiftSettings: swift6),
        .target(name: "Labels", dependencies: ["RE2"], swiftSettings: swift6),
        .target(name: "RE2", dependencies: ["CRE2"], swiftSettings: swift6),
        .target(name: "Time", swiftSettings: swift6),
        // Thin C and C++ shims, no logic.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CYAML", linkerSettings: [.linkedLibrary("yaml")]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CPlatform"),
        // Threads of our own, for work that blocks.
        .target(name: "Threads", dependencies: ["CPlatform"], swiftSettings: swift6),
        // Seeded simulation of the core on virtual time; built for release.
        .executableTarget(
            name: "Simulation",
            dependencies: ["AlertCore", "AlertStorage", "Journal", "Labels", "RE2", "Time"],
            path: "Tests/Simulation",
            swiftSettings: swift6),
        // The properties that the fuzzers try; their kept inputs are replayed as a test.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Exporters", "Exposition", "GoTemplate", "JSON", "Mail", "PromQL", "SampleStore", "StrictYAML", "Labels", "Time",
            ],
            path: "Tests/Fuzz/Targets",
            swiftSettings: swift6),
        .testTarget(name: "FuzzCorpusTests", dependencies: ["FuzzTargets"], swiftSettings: swift6),
        .testTarget(name: "TimeTests", dependencies: ["Time"], swiftSettings: swift6),
        .testTarget(name: "LabelsTests", dependencies: ["Labels", "RE2"], swiftSettings: swift6),
        .testTarget(name: "RE2Tests", dependencies: ["RE2"], swiftSettings: swift6),
        .testTarget(name: "GoTemplateTests", dependencies: ["GoTemplate", "JSON", "Time"], swiftSettings: swift6),
        .testTarget(name: "PromQLTests", dependencies: ["PromQL", "Labels", "RE2", "Time"], swiftSettings: swift6),
        .testTarget(name: "SampleStoreTests", dependencies: ["SampleStore", "PromQL", "Labels", "Time"], swiftSettings: swift6),
        .testTarget(name: "PromQLTestingTests", dependencies: ["PromQLTesting", "PromQL", "Labels"], swiftSettings: swift6),
        .testTarget(
            name: "RuleEngineTests",
            dependencies: [
                "BuiltInRules", "RuleEngine", "Rules", "Scraping", "MonitorFile", "ClientConfiguration", "SampleStore", "PromQL",
                "WebServer",
                "Transport", "Journal", "Exposition", "JSON", "Labels", "RE2", "Threads", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        .testTarget(
            name: "ClientConfigurationTests", dependencies: ["ClientConfiguration", "Transport", "StrictYAML"], swiftSettings: swift6),
        .testTarget(
            name: "MonitorFileTests",
            dependencies: ["MonitorFile", "ClientConfiguration", "Transport", "StrictYAML", "Labels", "RE2"], swiftSettings: swift6),
        .testTarget(
            name: "ScrapingTests",
            dependencies: [
                "Scraping", "MonitorFile", "ClientConfiguration", "SampleStore", "PromQL", "Exposition", "WebServer", "Transport", "JSON",
                "Labels", "RE2", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        .testTarget(
            name: "RulesTests", dependencies: ["Rules", "PromQLTesting", "PromQL", "StrictYAML", "Labels", "Time"], swiftSettings: swift6),
        .testTarget(
            name: "ExportersTests",
            dependencies: [
                "Exporters", "AlertCore", "Exposition", "Transport", "WebServer", "JSON", "CPlatform", "Labels", "RE2", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
        .testTarget(
            name: "RuleTestingTests", dependencies: ["RuleTesting", "AlertRouter", "JSON", "Labels", "Time"],
            exclude: ["Golden"], swiftSettings: swift6),
        .testTarget(name: "MailTests", dependencies: ["Mail"], swiftSettings: swift6),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: swift6),
        .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML"], swiftSettings: swift6),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "CSQLite"], swiftSettings: swift6),
        .testTarget(
            name: "ClientTests",
            dependencies: ["flatalert", "Transport", "WebServer", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        .testTarget(
            name: "ExpositionTests",
            dependencies: ["CZlib", "Exposition", "Labels", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        .testTarget(
            name: "TransportTests", dependencies: ["Transport", "Time", .product(name: "NIOConcurrencyHelpers", package: "swift-nio")],
            swiftSettings: swift6),
        .testTarget(name: "WebServerTests", dependencies: ["WebServer"], swiftSettings: swift6),
        .testTarget(name: "AlertCoreTests", dependencies: ["AlertCore", "Labels", "Time"], swiftSettings: swift6),
        .testTarget(
            name: "AlertStorageTests", dependencies: ["AlertStorage", "AlertCore", "Journal", "Labels", "Time", "StorageFixtures"],
            exclude: ["Fixtures"], swiftSettings: swift6),
        // Random records and the plain model that storage is compared with.
        .target(
            name: "StorageFixtures", dependencies: ["AlertCore", "Journal", "Labels", "Time"], path: "Tests/AlertStorageTests/Fixtures",
            swiftSettings: swift6),
        .testTarget(
            name: "PowerCutTests",
            dependencies: [
                "RuleEngine", "Rules", "AlertStorage", "AlertCore", "Journal", "Labels", "Time", "CPowerCutVFS", "StorageFixtures",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            path: "Tests/PowerCut", exclude: ["CPowerCutVFS", "kill9.py"], swiftSettings: swift6),
        // A SQLite file layer that forgets what was not synced.
        .target(name: "CPowerCutVFS", dependencies: ["CSQLite"], path: "Tests/PowerCut/CPowerCutVFS"),
        .testTarget(
            name: "AlertRouterTests",
            dependencies: [
                "AlertRouter", "AlertCore", "GoTemplate", "WebServer", "Mail", "Transport", "Exposition", "StrictYAML", "JSON", "Labels",
                "RE2",
                "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: swift6),
    ]
)

// Only scripts/fuzz builds the fuzzer: it needs libFuzzer, which no other build links.
if Context.environment["FLATALERT_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Runner", swiftSettings: swift6))
}
