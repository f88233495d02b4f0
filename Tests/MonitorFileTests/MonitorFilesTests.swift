import Glibc
import MonitorFile
import Testing

/// What stands in a directory of its own, which goes with the value.
private struct Directory: ~Copyable {
    let path: String

    init(_ files: [String: String]) throws {
        path = "/tmp/flatalert-monitor-\(UInt64.random(in: 0...UInt64.max))"
        guard mkdir(path, 0o700) == 0 else { throw Failure() }
        for (name, text) in files { try write(name, text) }
    }

    func write(_ name: String, _ text: String) throws {
        guard let file = fopen("\(path)/\(name)", "w") else { throw Failure() }
        fputs(text, file)
        fclose(file)
    }

    deinit {
        var found = glob_t()
        if glob("\(path)/*", 0, nil, &found) == 0 {
            for index in 0..<Int(found.gl_pathc) { if let file = found.gl_pathv[index] { unlink(file) } }
        }
        globfree(&found)
        rmdir(path)
    }

    struct Failure: Error {}
}

@Suite("The files of prometheus.yml")
struct MonitorFilesTests {
    @Test("jobs of other files come after the file's own, with its defaults")
    func scrapeFiles() throws {
        let directory = try Directory([
            "p.yml": "global: {scrape_interval: 7s}\nscrape_configs: [{job_name: a}]\nscrape_config_files: ['more*.yml']\n",
            "more1.yml": "scrape_configs: [{job_name: b, authorization: {credentials_file: t}}]\n",
            "more2.yml": "scrape_configs: [{job_name: c}]\n",
        ])
        let configuration = try MonitorConfiguration.load(file: directory.path + "/p.yml")
        #expect(configuration.scrapeConfigurations.map(\.jobName) == ["a", "b", "c"])
        #expect(configuration.scrapeConfigurations.map(\.interval) == [7_000, 7_000, 7_000])
        #expect(configuration.scrapeConfigurations[1].client.options.authorization?.credentials == .file(directory.path + "/t"))
    }

    @Test("problems of all files are told together, a name in two files too")
    func scrapeFileProblems() throws {
        let directory = try Directory([
            "p.yml": "odd: 1\nscrape_configs: [{job_name: a}]\nscrape_config_files: [m.yml]\n",
            "m.yml": "scrape_configs: [{job_name: a}]\nrule_files: []\n",
        ])
        let error = #expect(throws: MonitorConfigurationError.self) { try MonitorConfiguration.load(file: directory.path + "/p.yml") }
        #expect(
            error?.lines == [
                "\(directory.path)/p.yml:1:1: field odd not found in type config",
                "\(directory.path)/m.yml:1:29: found multiple scrape configs with job name \"a\"",
                "\(directory.path)/m.yml:2:1: field rule_files not found in type scrape_configs_file",
            ])
    }

    @Test("a file that cannot be read is told by name")
    func missing() {
        let error = #expect(throws: MonitorConfigurationError.self) { try MonitorConfiguration.load(file: "/nowhere/p.yml") }
        #expect(error?.lines == ["/nowhere/p.yml: cannot be read: No such file or directory"])
    }

    @Test("files that are named must be there, patterns and lists of targets need not")
    func references() throws {
        let directory = try Directory([
            "p.yml": """
            rule_files: [r.yml, 'none*.yml', missing.yml]
            scrape_configs:
              - job_name: j
                authorization: {credentials_file: token}
                static_configs: [{targets: [a, '']}]
                file_sd_configs: [{files: [later.json, bad.json, 's*.yml']}]
            """, "r.yml": "", "bad.json": "{", "s1.yml": "- targets: [b/c]\n",
        ])
        let path = directory.path
        let references = MonitorReferences(of: try MonitorConfiguration.load(file: path + "/p.yml"))
        #expect(references.ruleFiles == [path + "/r.yml"])
        #expect(references.warnings == ["file \"\(path)/later.json\" for file_sd in scrape job \"j\" does not exist"])
        #expect(
            references.problems == [
                "\"\(path)/missing.yml\" does not point to an existing file",
                "error checking authorization credentials or bearer token file \"\(path)/token\" of scrape job \"j\": No such file or directory",
                "instance 1 in group 0 of scrape job \"j\": no address",
                "checking SD file: \(path)/bad.json:1:2: unexpected end of JSON input",
                "instance 0 in group \(path)/s1.yml:0 of scrape job \"j\": \"b/c\" is not a valid hostname",
            ])
    }
}
