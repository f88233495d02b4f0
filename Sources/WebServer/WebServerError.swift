/// Why a server did not start. Each text says what was found and what to do.
public enum WebServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not `HOST:PORT`.
    case invalidAddress(String, reason: String)
    /// Something else listens there.
    case portTaken(address: String, holder: PortHolder?)
    /// The port may not be opened by this user.
    case notPermitted(address: String)
    /// The host is not an address of this machine, or its name is not known.
    case notAvailable(address: String, reason: String)
    /// The web configuration file asks for something that this version does not do, or cannot be read.
    case webConfiguration(file: String, reason: String)

    /// The message for people.
    public var description: String {
        switch self {
        case .invalidAddress(let address, let reason):
            "--web.listen-address \"\(address)\": \(reason); write HOST:PORT, for instance 127.0.0.1:9093 or :9093"
        case .portTaken(let address, let holder?):
            "cannot listen on \(address): the port is taken by \(holder); stop it, or choose another port with --web.listen-address"
        case .portTaken(let address, nil):
            "cannot listen on \(address): the port is taken by a process that this user may not see (\"sudo ss -ltnp\" names it); stop it, or "
                + "choose another port with --web.listen-address"
        case .notPermitted(let address):
            "cannot listen on \(address): this user may not open that port; choose one from 1024 upwards with --web.listen-address"
        case .notAvailable(let address, let reason):
            "cannot listen on \(address): \(reason); choose an address of this machine with --web.listen-address"
        case .webConfiguration(let file, let reason):
            "--web.config.file \(file): \(reason)"
        }
    }
}
