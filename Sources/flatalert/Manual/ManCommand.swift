import ArgumentParser

/// `man`: prints manual pages.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page of a command.",
        discussion: "To read one: flatalert man silence add | man -l -. --list says which pages there are.")

    @Flag(name: .customLong("list"), help: "Print instead the name of each page's file, and behind it the command.")
    var lists = false

    @Argument(help: "The command; the whole program if none is named.")
    var command: [String] = []
}
