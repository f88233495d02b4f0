public import Transport

/// `http_config` (reference 1.6), checked, its files joined to the configuration's directory.
public struct HTTPConfiguration: Sendable, Hashable {
    /// Everything but `http_headers`.
    public var options = HTTPClientOptions()
    /// `http_headers`, sorted by name.
    public var headers: [Header] = []

    /// One header with its three kinds of values, which the configuration shows apart.
    public struct Header: Sendable, Hashable {
        /// The field's name.
        public var name: String
        /// Values that may be shown.
        public var values: [String] = []
        /// Values that may not.
        public var secrets: [String] = []
        /// Files that hold a value.
        public var files: [String] = []

        /// A header with these values.
        public init(name: String, values: [String] = [], secrets: [String] = [], files: [String] = []) {
            self.name = name
            self.values = values
            self.secrets = secrets
            self.files = files
        }
    }

    /// The defaults: no authentication, redirects followed.
    public init() {}

    /// What the transport takes.
    public var clientOptions: HTTPClientOptions {
        var result = options
        result.headers += headers.map { header in
            CustomHeader(
                name: header.name, values: (header.values + header.secrets).map { .inline($0) } + header.files.map { .file($0) })
        }
        return result
    }
}
