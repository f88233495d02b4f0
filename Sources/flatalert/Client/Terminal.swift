import Glibc

/// The person at the keyboard.
struct Terminal: Sendable {
    /// Asks, and returns the line that is answered without its end; nil when there is none any more. A secret is not shown while it is typed,
    /// from the moment of the question on.
    let readLine: @Sendable (_ isSecret: Bool, _ ask: () -> Void) throws(ClientError) -> String?

    /// The terminal that is this process's standard input; nil when it is none.
    static var standard: Terminal? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        return Terminal { isSecret, ask throws(ClientError) in
            if isSecret { return hiddenLine(ask) }
            ask()
            return Swift.readLine(strippingNewline: true)
        }
    }

    /// Reads byte by byte without echo. The terminal's signals are off meanwhile, so that ^C can't leave it without echo.
    private static func hiddenLine(_ ask: () -> Void) -> String? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        withUnsafeMutableBytes(of: &quiet.c_cc) { controls in
            controls[Int(VMIN)] = 1
            controls[Int(VTIME)] = 0
        }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0 else { return nil }
        ask()
        var line: [UInt8] = []
        var ending = UInt8(ascii: "\n")
        reading: while true {
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                ending = Control.endOfInput
                break
            }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), Control.interrupt, Control.endOfInput:
                ending = byte
                break reading
            case Control.delete, Control.backspace: if !line.isEmpty { line.removeLast() }
            case Control.killLine: line.removeAll()
            default: line.append(byte)
            }
        }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
        if ending == Control.interrupt {
            raise(SIGINT)
            // Who ignores the signal has ended the answers all the same.
            return nil
        }
        return ending == Control.endOfInput && line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private enum Control {
        static let interrupt: UInt8 = 3
        static let endOfInput: UInt8 = 4
        static let backspace: UInt8 = 8
        static let killLine: UInt8 = 21
        static let delete: UInt8 = 127
    }
}
