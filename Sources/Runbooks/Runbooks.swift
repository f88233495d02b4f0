/// What to do about the alerts that wake people: the repository's `runbooks/NAME.LANGUAGE.md`, carried in the binary so that they are at hand when
/// nothing else is.
///
/// The files are embedded through the link `runbooks` beside this source: `runbooks/` stays the one place where they are written.
public enum Runbooks {
    /// What a runbook can be read in.
    public enum Language: String, Sendable, CaseIterable {
        /// Japanese.
        case ja
        /// English.
        case en

        /// The language of a tag such as `ja-JP`; nil for others.
        public init?(tag: some StringProtocol) {
            let primary = tag.lowercased().split { $0 == "-" || $0 == "_" }.first.map(String.init) ?? ""
            self.init(rawValue: primary)
        }
    }

    /// The alerts that have one, by name.
    public static let names = texts.map(\.name)

    /// A runbook as it was written; nil when there is none for this alert.
    public static func text(_ name: String, _ language: Language) -> String? {
        texts.first { $0.name == name }.map { String(decoding: language == .ja ? $0.ja : $0.en, as: UTF8.self) }
    }

    /// The first line of a runbook, without its mark.
    public static func title(_ name: String, _ language: Language) -> String? {
        text(name, language)?.split(separator: "\n").first.map { String($0.drop { $0 == "#" || $0 == " " }) }
    }

    private static let texts: [(name: String, ja: [UInt8], en: [UInt8])] = [
        ("CNIPluginDown", PackageResources.CNIPluginDown_ja_md, PackageResources.CNIPluginDown_en_md),
        ("DiskSpaceCritical", PackageResources.DiskSpaceCritical_ja_md, PackageResources.DiskSpaceCritical_en_md),
        ("DiskSpaceWarning", PackageResources.DiskSpaceWarning_ja_md, PackageResources.DiskSpaceWarning_en_md),
        ("GatewayDown", PackageResources.GatewayDown_ja_md, PackageResources.GatewayDown_en_md),
        ("HighErrorRate", PackageResources.HighErrorRate_ja_md, PackageResources.HighErrorRate_en_md),
        ("HighLatency", PackageResources.HighLatency_ja_md, PackageResources.HighLatency_en_md),
    ]
}
