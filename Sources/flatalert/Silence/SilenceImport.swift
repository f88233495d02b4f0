import ArgumentParser
import JSON

/// `silence import`: creates the silences that `silence query -o json` printed.
struct SilenceImport: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool silence import",
        abstract: "Import silences.",
        discussion: "Reads the output of 'silence query -o json' from a file or from standard input, and prints the ID of each silence.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Flag(name: [.customShort("f"), .customLong("force")], help: "Create new silences also where the ID is known.")
    var force = false

    @Option(name: [.customShort("w", allowingJoined: true), .customLong("worker")], help: "How many requests at once.")
    var workers = 8

    @Argument(help: "The file.", completion: .file())
    var file: String?

    func run(_ session: ClientSession) async throws(ClientError) {
        let silences = try silences(session)
        guard !silences.isEmpty else { return }
        let server = try await session.server()
        var failures = 0
        for await (silence, result) in results(of: silences, server: server) {
            switch result {
            case .success(let id): session.console.print(id)
            case .failure(let error):
                failures += 1
                session.console.complain("Error adding silence id='\(silence["id"]?.stringValue ?? "")': \(error.message ?? "")")
            }
        }
        guard failures == 0 else { throw .failed("couldn't import \(failures) out of \(silences.count) silences") }
    }

    private func silences(_ session: ClientSession) throws(ClientError) -> [JSONObject] {
        let contents: [UInt8]
        if let file {
            guard let found = try session.environment.contents(file) else { throw .failed("path '\(file)' does not exist") }
            contents = found
        } else {
            guard let found = try session.environment.standardInput() else { throw .failed("Failed to read from standard input") }
            contents = found
        }
        func complaint(_ reason: String) -> ClientError { .failed("couldn't unmarshal input data, is it JSON?: \(reason)") }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(contents)
        } catch {
            throw complaint("\(error)")
        }
        guard let elements = value.arrayValue else { throw complaint("expected an array of silences") }
        return try elements.enumerated().map { index, element throws(ClientError) in
            guard let object = element.objectValue else { throw complaint("element \(index) is not an object") }
            return object
        }
    }

    /// The outcome for each silence in the order of the file, `workers` at work at a time.
    private func results(
        of silences: [JSONObject], server: APIClient
    ) -> AsyncStream<(JSONObject, Result<String, ClientError>)> {
        AsyncStream { stream in
            Task {
                await withTaskGroup(of: (Int, Result<String, ClientError>).self) { group in
                    var done: [Int: Result<String, ClientError>] = [:]
                    var (started, told) = (0, 0)
                    while told < silences.count {
                        while started < silences.count && started - told - done.count < max(1, workers) {
                            let index = started
                            group.addTask { (index, await Self.post(silences[index], force: force, server: server)) }
                            started += 1
                        }
                        guard let (index, result) = await group.next() else { break }
                        done[index] = result
                        while let result = done.removeValue(forKey: told) {
                            stream.yield((silences[told], result))
                            told += 1
                        }
                    }
                }
                stream.finish()
            }
        }
    }

    private static func post(_ silence: JSONObject, force: Bool, server: APIClient) async -> Result<String, ClientError> {
        var silence = silence.forPosting
        if force { silence["id"] = nil }
        do throws(ClientError) {
            do throws(ClientError) {
                return .success(try await server.postSilence(silence))
            } catch {
                // The server has forgotten the silence of this ID, or never knew it: a new one takes its place.
                guard case .refused(status: 404, _) = error, silence["id"] != nil else { throw error }
                silence["id"] = nil
                return .success(try await server.postSilence(silence))
            }
        } catch {
            return .failure(error)
        }
    }
}
