import ArgumentParser

/// `completion`: prints the script that teaches a shell the program's commands and flags.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a shell's completion script.",
        discussion: """
            In ~/.bashrc: source <(flatalert completion bash). In ~/.zshrc, after compinit: source <(flatalert completion zsh). \
            For fish: flatalert completion fish > ~/.config/fish/completions/flatalert.fish. \
            The script is for the name that the program was called by, and asks that program, so a newer one needs no new script.
            """)

    /// The shells that there is a script for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell
}
