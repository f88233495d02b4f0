/// The scripts that shells load. They know nothing of commands: at each completion they ask the program itself.
enum CompletionScripts {
    /// The hidden command that scripts call with the words up to the cursor. Its first line is `words`, `files PREFIX` or `directories PREFIX`;
    /// each line after that is a word, a tab, and what it means.
    static let question = "internal-complete"

    /// The script for a program of this name.
    static func script(for shell: CompletionCommand.Shell, program: String) -> String {
        let template =
            switch shell {
            case .bash: bash
            case .zsh: zsh
            case .fish: fish
            }
        let identifier = String(program.unicodeScalars.map { $0.properties.isAlphabetic && $0.isASCII ? Character($0) : "_" })
        return template.replacing("@IDENTIFIER@", with: identifier).replacing("@PROGRAM@", with: program)
            .replacing("@QUESTION@", with: question)
    }

    private static let bash = #"""
        # bash completion for @PROGRAM@
        _@IDENTIFIER@_complete() {
            local line=${COMP_LINE:0:COMP_POINT} word rest answer mode given current breaks='' i
            local -a words=()
            # Bash ends words at = and : too. What no blank divides is one word of the program.
            line=${line#*"${COMP_WORDS[0]}"}
            for ((i = 1; i <= COMP_CWORD; i++)); do
                rest=${line#"${line%%[![:blank:]]*}"}
                word=${COMP_WORDS[i]}
                ((i == COMP_CWORD)) && word=$rest
                if ((${#words[@]})) && [[ $rest == "$line" ]]; then words[-1]+=$word; else words+=("$word"); fi
                line=${rest#"$word"}
            done
            ((${#words[@]})) || return
            answer=$("${COMP_WORDS[0]/#\~/$HOME}" @QUESTION@ -- "${words[@]}" 2>/dev/null) || return
            mode=${answer%%$'\n'*}
            current=${words[-1]}
            # Bash replaces only what follows the last of these.
            [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
            [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
            given=''
            [[ -n $breaks ]] && given=${current%"${current##*["$breaks"]}"}
            COMPREPLY=()
            case $mode in
            files* | directories*)
                local kind=-f
                [[ $mode == directories* ]] && kind=-d
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen "$kind" -- "${current#"$given"}")
                ;;
            *)
                while IFS=$'\t' read -r word _; do
                    [[ -n $word ]] && COMPREPLY+=("${word#"$given"}")
                done <<<"${answer#"$mode"}"
                ;;
            esac
        }
        complete -F _@IDENTIFIER@_complete @PROGRAM@

        """#

    private static let zsh = #"""
        #compdef @PROGRAM@
        # zsh completion for @PROGRAM@
        _@IDENTIFIER@() {
            local -a answer described
            local mode line word given
            answer=("${(@f)$("${${(Q)words[1]}/#\~/$HOME}" @QUESTION@ -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
            mode=$answer[1]
            shift answer
            given=${mode#* }
            case $mode in
            files* | directories*)
                [[ -n $given ]] && compset -P "${(b)given}"
                if [[ $mode == directories* ]]; then _files -/; else _files; fi
                ;;
            words*)
                for line in "${answer[@]}"; do
                    [[ -n $line ]] || continue
                    word=${line%%$'\t'*}
                    described+=("${word//:/\\:}${${line#$word}/$'\t'/:}")
                done
                _describe -t words word described
                ;;
            *) return 1 ;;
            esac
        }
        if [[ $funcstack[1] == _@IDENTIFIER@ ]]; then _@IDENTIFIER@ "$@"; else compdef _@IDENTIFIER@ @PROGRAM@; fi

        """#

    private static let fish = #"""
        # fish completion for @PROGRAM@
        function __@IDENTIFIER@_complete
            set -l given (commandline -opc)
            set -l program (string replace -r '^~' $HOME -- $given[1])
            set -e given[1]
            set -l current (commandline -ct)
            set -l answer ($program @QUESTION@ -- $given "$current" 2>/dev/null)
            or return
            set -l prefix (string replace -r '^\w+ ?' '' -- $answer[1])
            set -l part (string sub -s (math (string length -- "$prefix") + 1) -- "$current")
            switch $answer[1]
                case 'files*'
                    printf "$prefix%s\n" (__fish_complete_path "$part")
                case 'directories*'
                    printf "$prefix%s\n" (__fish_complete_directories "$part")
                case '*'
                    printf '%s\n' $answer[2..-1]
            end
        end
        complete -c @PROGRAM@ -f -a '(__@IDENTIFIER@_complete)'

        """#
}
