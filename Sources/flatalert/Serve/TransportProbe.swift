import Glibc
import Transport

/// Proves at start that libcurl and the CA bundle load, in a short-lived child so that their memory is not ours until the first delivery.
enum TransportProbe {
    /// The hidden command that the child runs.
    static let command = "internal-transport-probe"

    /// Runs the probe in a child. Nil if all is well, else what is wrong.
    static func runInChild() -> String? {
        var pipeEnds: [Int32] = [0, 0]
        guard pipe(&pipeEnds) == 0 else { return "no pipe for the probe: \(String(cString: strerror(errno)))" }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, pipeEnds[0])
        defer { posix_spawn_file_actions_destroy(&actions) }
        var child = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("flatalert"), strdup(command), nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawn(&child, "/proc/self/exe", &actions, nil, arguments, environ)
        close(pipeEnds[1])
        defer { close(pipeEnds[0]) }
        guard status == 0 else { return "the probe did not start: \(String(cString: strerror(status)))" }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = read(pipeEnds[0], &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            output.append(contentsOf: buffer[..<count])
        }
        var code: Int32 = 0
        while waitpid(child, &code, 0) < 0 && errno == EINTR {}
        return code == 0 ? nil : String(decoding: output, as: UTF8.self)
    }

    /// The child's side: prints what is wrong and returns the exit code.
    static func run() -> Int32 {
        guard let problem = Transport.probe() else { return 0 }
        _ = problem.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
        return 1
    }
}
