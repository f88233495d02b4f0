/// The script of the status page, in parts of one module.
///
/// Nothing that an alert, a silence or a receiver says becomes anything but text: elements are made by `make`, and texts are set as text.
enum PageScript {
    static let js = [words, base, view, refreshing, alerts, groups, silences, receivers, start].joined(separator: "\n")
}
