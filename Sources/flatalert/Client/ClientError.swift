/// Why a client command failed: one message for people, after `PROGRAM: error: `.
enum ClientError: Error, Equatable {
    /// Exit code 1 with this message.
    case failed(String)
    /// The server answered with an error status.
    case refused(status: Int, message: String)
    /// Exit code 1; the command has said why in its own output.
    case alreadyTold
    /// This exit code; the command has said why in its own output.
    case ended(code: Int32)

    /// What the process ends with.
    var exitCode: Int32 { if case .ended(let code) = self { code } else { 1 } }

    /// What to say, if anything is left to say.
    var message: String? {
        switch self {
        case .failed(let message), .refused(_, let message): message
        case .alreadyTold, .ended: nil
        }
    }
}
