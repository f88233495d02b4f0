import ClientConfiguration
import GoTemplate

extension NotificationTemplates {
    /// Alertmanager's default templates alone.
    public static let defaults = NotificationTemplates(set: defaultSet)

    /// Parses the default templates, then files, each under its base name; a later definition replaces an earlier one.
    ///
    /// - Throws: Everything that is wrong with the files, each with its place.
    public static func load(files: [String]) throws(TemplateFilesError) -> NotificationTemplates {
        var set = defaultSet
        var asksSuppressed = false
        var issues: [TemplateFilesError.Issue] = []
        for file in files {
            switch FileReader.contents(of: file) {
            case .failure(let fault): issues.append(.init(file: file, message: "cannot be read: \(fault.message)"))
            case .success(let bytes):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    issues.append(.init(file: file, message: "is not UTF-8 text"))
                    continue
                }
                asksSuppressed = asksSuppressed || NotificationTemplates.mentionsSuppressed(text)
                do throws(TemplateError) {
                    try set.add(text, name: String(file.split(separator: "/").last ?? ""))
                } catch {
                    issues.append(.init(file: file, line: error.line, column: error.column.map { $0 + 1 }, message: error.message))
                }
            }
        }
        guard issues.isEmpty else { throw TemplateFilesError(issues: issues) }
        return NotificationTemplates(set: set, asksSuppressed: asksSuppressed)
    }

    /// Parses the default templates, then the files that patterns match, as `template render` takes them: one that matches nothing is fine.
    public static func load(matching patterns: [String]) throws(TemplateFilesError) -> NotificationTemplates {
        var files: [String] = []
        for pattern in patterns {
            guard FileGlob.isWellFormed(pattern) else {
                throw TemplateFilesError(issues: [.init(file: pattern, message: "syntax error in pattern")])
            }
            files += FileGlob.files(matching: pattern).filter { !files.contains($0) }
        }
        return try load(files: files)
    }

    private static let defaultSet: TemplateSet = {
        var set = TemplateSet(functions: .shared.merging(.builtins).merging(.routeLabels))
        for (name, text) in DefaultTemplates.files {
            do throws(TemplateError) {
                try set.add(text, name: name)
            } catch {
                // The texts are part of the program, and a test parses each.
                assertionFailure("\(error)")
            }
        }
        return set
    }()
}

/// Why template files were not taken: everything that is wrong with them, in the order of the files.
public struct TemplateFilesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Issue: Sendable, Hashable, CustomStringConvertible {
        /// The file as it was named.
        public var file: String
        /// The line, from one, if it has a place.
        public var line: Int?
        /// The column in bytes, from one, if it is known.
        public var column: Int?
        /// What is wrong.
        public var message: String

        /// `FILE:LINE:COLUMN: message`, as much of it as is known.
        public var description: String {
            var place = file
            if let line { place += ":\(line)" }
            if let column { place += ":\(column)" }
            return "\(place): \(message)"
        }
    }

    /// At least one.
    public let issues: [Issue]

    /// One line an issue.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
