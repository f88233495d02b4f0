/// The flags of this process as they were given, for `status/flags`.
enum GivenFlags {
    /// Names without dashes, and values; a flag without a value is true.
    static func all(_ arguments: some Collection<String>) -> [(name: String, value: String)] {
        var flags: [(name: String, value: String)] = []
        for argument in arguments {
            if argument.hasPrefix("--") {
                let text = argument.dropFirst(2)
                let name = text.prefix { $0 != "=" }
                flags.append((String(name), name.count < text.count ? String(text.dropFirst(name.count + 1)) : "true"))
            } else if let last = flags.last, last.value == "true" {
                flags[flags.count - 1].value = argument
            }
        }
        return flags
    }
}
