/// Templates with strings that were cut inside a character, and what Go 1.19 makes of them, with U+FFFD for each byte that is part of none.
enum CutTextVectors {
    /// What is printed.
    static let output: [(String, String)] = [
        (#"{{slice "日本" 0 2}}"#, "��"),
        (#"{{slice "日本" 0 4}}|{{slice "日本" 4}}"#, "日�|��"),
        (#"{{slice "日" 0 1}}{{slice "日" 1}}"#, "日"),
        (#"{{print (slice "日" 0 1) (slice "日" 1)}}"#, "日"),
        (#"{{"\xe6\x97"}}\x{{"a\xffb"}} {{"\xed\xa0\x80"}} {{"\xc0\x80"}} {{"\xf0\x9f\x99"}} {{"\xe6\u65e5"}}"#, #"��\xa�b ��� �� ��� �日"#),
        (#"{{slice (slice "🙂x" 1) 2}}"#, "�x"),
        (#"{{range stringSlice (slice "日" 1) "x"}}<{{.}}>{{end}}"#, "<��><x>"),
        (#"{{stringSlice (slice "日" 1) "x"}}"#, "[�� x]"),
        (#"{{$x := slice "é" 1}}{{$x}}é{{with $x}}{{.}}{{end}}"#, "�é�"),
        (#"{{define "d"}}[{{.}}]{{end}}{{template "d" slice "é" 0 1}}"#, "[�]"),
    ]

    /// Lengths, bytes, comparisons and truth.
    static let measured: [(String, String)] = [
        (#"{{len (slice "日本" 0 2)}} {{len (print (slice "日" 0 1) (slice "日" 1))}} {{len (slice "日本" 1 5)}}"#, "2 3 4"),
        (#"{{index (slice "日本" 1 3) 0}} {{index "日本" 2}}"#, "151 165"),
        (
            #"{{index (slice "日" 1) 2}}"#,
            #"failed: template: t:1:2: executing "t" at <index (slice "日" 1) 2>: error calling index: reflect: string index out of range"#
        ),
        (
            #"{{eq (slice "日" 0 2) (slice "日本" 0 2)}} {{eq (slice "日" 0 1) "\xef\xbf\xbd"}} {{eq "日" (print (slice "日" 0 1) (slice "日" 1))}}"#,
            "true false true"
        ),
        (
            #"{{lt (slice "日" 0 2) "日"}} {{lt "x" (slice "é" 1)}} {{ge (slice "é" 1) (slice "é" 0 1)}} {{gt "日" (slice "日" 0 2)}}"#,
            "true true false true"
        ),
        (
            #"{{eq (slice "é" 1) 1}}"#,
            #"failed: template: t:1:2: executing "t" at <eq (slice "é" 1) 1>: error calling eq: incompatible types for comparison"#
        ),
        (#"{{if slice "é" 1}}T{{end}}{{not (slice "é" 1)}} {{or (slice "é" 1) 2}} {{and (slice "é" 1) 2}}"#, "Tfalse � 2"),
        (#"{{printf "%T" (slice "é" 1)}} {{printf "%T" (stringSlice (slice "é" 1))}}"#, "string []string"),
        (#"{{num (slice "é" 1)}}"#, #"failed: template: t:1:18: executing "t" at <1>: wrong type for value; expected int; got string"#),
        (#"{{(slice "é" 1).X}}"#, #"failed: template: t:1:14: executing "t" at <1>: can't evaluate field X in type string"#),
        (#"{{range slice "é" 1}}{{end}}"#, #"failed: template: t:1:19: executing "t" at <1>: range can't iterate over �"#),
        (#"{{index .L (slice "é" 1)}}"#, ""),
        (
            #"{{index .Tags (slice "é" 1)}}"#,
            #"failed: template: t:1:2: executing "t" at <index .Tags (slice "é" 1)>: error calling index: cannot index slice/array with type string"#
        ),
    ]

    /// Verbs, widths and precisions.
    static let formats: [(String, String)] = [
        (
            #"{{$x := "a\xe6\x97é\xff"}}{{printf "%s|%v|%q|%x|%X|%+q|%#q|%#v|% x|%#x" $x $x $x $x $x $x $x $x $x $x}}"#,
            #"a��é�|a��é�|"a\xe6\x97é\xff"|61e697c3a9ff|61E697C3A9FF|"a\xe6\x97\u00e9\xff"|"a\xe6\x97é\xff"|"a\xe6\x97é\xff"|61 e6 97 c3 a9 ff|0x61e697c3a9ff"#
        ),
        (#"{{$x := slice "日é" 1}}{{printf "%.1s|%.2s|%.2q|%.3s|%.2x" $x $x $x $x $x}}"#, #"�|��|"\x97\xa5"|��é|97a5"#),
        (#"{{$x := slice "日" 0 2}}{{printf "%5s|%-5s|%05s|%5q" $x $x $x $x}}"#, #"   ��|��   |000��|"\xe6\x97""#),
        (#"{{printf "%d %t" (slice "é" 1) (slice "é" 1)}}"#, "%!d(string=�) %!t(string=�)"),
        (#"{{printf (slice "é%d" 1) 5}} {{printf "%\xe6" 1}} {{printf "\xe6%s\x97" "x"}}"#, "�5 %!�(int=1) �x�"),
        (#"{{printf "x" (slice "é" 1)}}"#, "x%!(EXTRA string=�)"),
        (#"{{printf "%.1s%s" "日本" "x"}}"#, "日x"),
        (#"{{println (slice "é" 1) 1}}"#, "� 1\n"),
        (#"{{print (slice "é" 1) 1 2 (slice "é" 0 1)}}"#, "�1 2�"),
        (#"{{printf "%q %v" (list (slice "é" 1)) (list (slice "é" 1) 2)}}"#, #"["\xa9"] [� 2]"#),
    ]

    /// Functions for text.
    static let functions: [(String, String)] = [
        (#"{{html (slice "é<" 1)}} {{js (slice "é'" 1)}} {{urlquery (slice "日 x" 1)}}"#, #"�&lt; �\' %97%A5+x"#),
        (#"{{toUpper (slice "éa" 1)}} {{len (toUpper (slice "éa" 1))}} {{len (toLower (slice "éA" 1))}}"#, "�A 4 4"),
        (
            #"{{trimSpace (printf " %s " (slice "日" 0 2)) | printf "%q"}} {{trimSpace "\xe6 " | printf "%q"}} {{trimSpace " \xe6" | printf "%q"}}"#,
            #""\xe6\x97" "\xe6" "\xe6""#
        ),
        (
            #"{{join (slice "é" 0 1) (stringSlice "a" "b") | printf "%q"}} {{join "," (stringSlice (slice "é" 1) "b") | printf "%q"}} {{join (slice "日" 1) (stringSlice (slice "日" 0 1) "")}}"#,
            #""a\xc3b" "\xa9,b" 日"#
        ),
        (
            #"{{match "^.$" (slice "é" 1)}} {{match "^..$" (slice "日" 1)}} {{match "é" (slice "é" 1)}} {{match "\\x{FFFD}" (slice "é" 1)}}"#,
            "true true false true"
        ),
        (
            #"{{reReplaceAll "x" "y" "x\xe6x\x97" | printf "%q"}} {{reReplaceAll "(.)x" "<$1>" "\xe6x日x" | printf "%q"}} {{reReplaceAll "" "-" "\xe6\x97" | printf "%q"}} {{reReplaceAll "a" (slice "é" 1) "bab" | printf "%q"}}"#,
            #""y\xe6y\x97" "<\xe6><日>" "-\xe6-\x97-" "b\xa9b""#
        ),
        (
            #"{{match (slice "aé" 0 2) "x"}}"#,
            #"failed: template: t:1:2: executing "t" at <match (slice "aé" 0 2) "x">: error calling match: error parsing regexp: invalid UTF-8: `�`"#
        ),
        (#"{{base64encode (slice "日" 0 2)}} {{base64decode "5pc=" | printf "%q"}} {{base64decode "5pel"}}"#, #"5pc= "\xe6\x97" 日"#),
        (#"{{urlUnescape "%E6%97" | printf "%q"}} {{urlUnescape "%E6%97%A5"}}"#, #""\xe6\x97" 日"#),
        (
            #"{{urlUnescape (slice "é%zz" 1)}}"#,
            #"failed: template: t:1:2: executing "t" at <urlUnescape (slice "é%zz" 1)>: error calling urlUnescape: invalid URL escape "%zz""#
        ),
        (
            #"{{base64decode (slice "é" 1)}}"#,
            #"failed: template: t:1:2: executing "t" at <base64decode (slice "é" 1)>: error calling base64decode: illegal base64 data at input byte 0"#
        ),
        (#"{{toJson (slice "日" 0 2)}} {{toJson (list (slice "é" 1))}}"#, #""\ufffd\ufffd" ["\ufffd"]"#),
        (#"{{t.Format (slice "é2006" 1) | printf "%q"}}"#, #""\xa92023""#),
        (
            #"{{safeHtml (slice "é<" 1)}} {{len (safeHtml (slice "é<" 1))}} {{slice (safeHtml "é") 1 | printf "%q %T" ""}}"#,
            #"�< 2 "" template.HTML"#
        ),
    ]

    /// As HTML, after `H:`.
    static let html: [(String, String)] = [
        (
            ##"H:{{slice "é<" 1}} <a title="{{slice "é'" 1}}" x={{slice "é=" 1}} href="{{slice "é:" 1}}" src="/?a={{slice "日" 1}}"><textarea>{{slice "é<" 1}}</textarea>{{safeHtml (slice "é<b>" 1)}}<a title="{{safeHtml (slice "é<b>x" 1)}}" y={{safeHtml (slice "é<b>x y" 1)}} z{{slice "é" 1}}=1>"##,
            ##"�&lt; <a title="�&#39;" x=&#xfffd;&#61; href="#ZgotmplZ" src="/?a=%97%a5"><textarea>�&lt;</textarea>�<b><a title="�x" y=&#xfffd;x&#32;y zZgotmplZ=1>"##
        )
    ]
}
