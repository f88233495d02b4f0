/// Where this instance reaches itself.
enum OwnAddress {
    /// Host and port for the first listen address; nil when the system chooses the port, so that nobody knows it yet.
    static func authority(listenAddress: String) -> String? {
        guard let colon = listenAddress.lastIndex(of: ":"), let port = UInt16(listenAddress[listenAddress.index(after: colon)...]), port > 0
        else { return nil }
        let host =
            switch listenAddress[..<colon] {
            case "", "0.0.0.0": "127.0.0.1"
            case "[::]": "[::1]"
            case let given: String(given)
            }
        return "\(host):\(port)"
    }

    /// The URL of its own inbox.
    static func inbox(listenAddress: String, prefix: String) -> String? {
        authority(listenAddress: listenAddress).map { "http://\($0)\(prefix == "/" ? "" : prefix)/api/flatalert/v1/inbox" }
    }
}
