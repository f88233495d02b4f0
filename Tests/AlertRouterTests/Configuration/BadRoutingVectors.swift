extension BadConfiguration {
    /// Faults of `route`.
    static let routing: [BadConfiguration] = [
        .route("{}", "1:8: root route must specify a default receiver"),
        .route("{receiver: zz}", #"1:19: undefined receiver "zz" used in route"#),
        .route("{receiver: [a]}", "1:19: expected a string, found a list"),
        .route("{receiver: a, foo: 1}", "1:22: field foo not found in type route"),
        .route("{receiver: a, recever: b}", "1:22: field recever not found in type route; did you mean receiver?"),
        .route("{receiver: a, routes: [{receiver: yy}]}", #"1:42: undefined receiver "yy" used in route"#),
        .route("{receiver: a, routes: [{mute_time_intervals: [qq]}]}", #"1:54: undefined time interval "qq" used in route"#),
        .route(
            "{receiver: a, routes: [{active_time_intervals: [qq, rr]}]}",
            #"1:56: undefined time interval "qq" used in route"#,
            #"1:60: undefined time interval "rr" used in route"#),
        .route("{receiver: a, matchers: [a=b]}", "1:32: root route must not have any matchers"),
        .route("{receiver: a, match: {a: b}}", "1:29: root route must not have any matchers"),
        .route("{receiver: a, match_re: {a: b}}", "1:32: root route must not have any matchers"),
        .route("{receiver: a, continue: true}", "1:32: cannot have continue in root route"),
        .extra("time_intervals: [{name: x}]\nmute_time_intervals: [{name: x}]", #"3:25: time interval "x" is not unique"#),
        .file(
            "route: {receiver: a, mute_time_intervals: [x], active_time_intervals: [x]}\nreceivers: [{name: a}]\ntime_intervals: [{name: x}]\n",
            "1:43: root route must not have any mute time intervals",
            "1:71: root route must not have any active time intervals"),
        .route("{receiver: a, group_by: [a, '...']}", "1:32: cannot have wildcard group_by (`...`) and other labels at the same time"),
        .route("{receiver: a, group_by: [a, b, a]}", #"1:39: duplicated label "a" in group_by"#),
        .route("{receiver: a, group_by: ['']}", #"1:33: invalid label name "" in group_by list"#),
        .route("{receiver: a, group_by: a}", #"1:32: expected a list, found the string "a""#),
        .route("{receiver: a, group_interval: 0s}", "1:38: group_interval cannot be zero"),
        .route("{receiver: a, repeat_interval: 0}", "1:39: repeat_interval cannot be zero"),
        .route(
            "{receiver: a, routes: [{group_interval: 0s, repeat_interval: 0s}]}",
            "1:48: group_interval cannot be zero",
            "1:69: repeat_interval cannot be zero"),
        .route("{receiver: a, group_wait: 5}", #"1:34: not a valid duration string: "5""#),
        .route("{receiver: a, group_wait: 1h1d}", #"1:34: not a valid duration string: "1h1d""#),
        .route("{receiver: a, group_wait: ''}", "1:34: empty duration string"),
        .route("{receiver: a, group_wait: 300y}", "1:34: duration out of range"),
        .route("{receiver: a, group_wait: -1s}", #"1:34: not a valid duration string: "-1s""#),
        .route("{receiver: a, group_wait: [a]}", "1:34: expected a string, found a list"),
        .route("{receiver: a, continue: maybe}", #"1:32: expected true or false, found the string "maybe""#),
        .route("{receiver: a, routes: {a: b}}", "1:30: expected a list, found a mapping"),
        .route("{receiver: a, routes: [null]}", "1:31: empty element in routes"),
        .route("{receiver: a, routes: [a]}", #"1:31: expected a mapping, found the string "a""#),
        .route("{receiver: a, routes: [{matchers: [a]}]}", "1:43: bad matcher format: a"),
        .route(#"{receiver: a, routes: [{matchers: ['a=~"["']}]}"#, "1:43: error parsing regexp: missing closing ]: `[)$`"),
        .route("{receiver: a, routes: [{matchers: 'a=b'}]}", #"1:42: expected a list, found the string "a=b""#),
        .route("{receiver: a, routes: [{matchers: [{a: 1}]}]}", "1:43: expected a string, found a mapping"),
        .route(
            "{receiver: a, routes: [{matchers: ['a=~x(?=y)']}]}",
            "1:43: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
        .route("{receiver: a, routes: [{match: {a-b: c}}]}", #"1:40: invalid label name "a-b""#),
        .route("{receiver: a, routes: [{match: {a: [b]}}]}", "1:43: expected a string, found a list"),
        .route("{receiver: a, routes: [{match: [a]}]}", "1:39: expected a mapping, found a list"),
        .route("{receiver: a, routes: [{match: {a: b, a: c}}]}", #"1:46: key "a" is already set at line 1, column 40"#),
        .route("{receiver: a, routes: [{match_re: {a: '['}}]}", "1:46: error parsing regexp: missing closing ]: `[)$`"),
        .route("{receiver: a, routes: [{match_re: {a-b: c}}]}", #"1:43: invalid label name "a-b""#),
        .route("{receiver: a, routes: [{match_re: {a: null}}]}", #"1:46: invalid regexp value for "a""#),
        .route(
            "{receiver: a, routes: [{match_re: {a: 'x(?=y)'}}]}",
            "1:46: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
        .route(#"{receiver: a, routes: [{match_re: {a: '\1'}}]}"#, #"1:46: error parsing regexp: invalid escape sequence: `\1`"#),
        .route("{receiver: a, labels: {'': x}}", #"1:31: invalid label name "" in labels"#),
        .route(
            "{receiver: a, labels: {team: '{{ .x }}'}}",
            #"1:37: label "team": template: :1:3: executing "" at <.x>: can't evaluate field x in type *template.Data"#),
        .route(
            "{receiver: a, routes: [{labels: {team: '{{ .x }}'}}]}",
            #"1:47: label "team": template: :1:3: executing "" at <.x>: can't evaluate field x in type *template.Data"#),
    ]

    /// Faults of `inhibit_rules`.
    static let inhibition: [BadConfiguration] = [
        .extra("inhibit_rules: [{foo: 1}]", "3:18: field foo not found in type inhibit_rule"),
        .extra("inhibit_rules: [{equal: ['']}]", #"3:26: invalid label name "" in equal list"#),
        .extra("inhibit_rules: [{source_match: {a-b: c}}]", #"3:33: invalid label name "a-b""#),
        .extra("inhibit_rules: [{source_match_re: {a-b: c}}]", #"3:36: invalid label name "a-b""#),
        .extra("inhibit_rules: [{target_match: {a-b: c}}]", #"3:33: invalid label name "a-b""#),
        .extra("inhibit_rules: [{target_match_re: {a: '['}}]", "3:39: error parsing regexp: missing closing ]: `[)$`"),
        .extra(
            "inhibit_rules: [{source_matchers: [foo], target_matchers: [a=b, bar]}]",
            "3:36: bad matcher format: foo",
            "3:65: bad matcher format: bar"),
        .extra("inhibit_rules: {equal: [a]}", "3:16: expected a list, found a mapping"),
    ]
}
