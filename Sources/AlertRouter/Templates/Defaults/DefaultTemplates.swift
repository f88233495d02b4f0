/// The templates that every configuration starts with, under Alertmanager's names (reference 8.4). The texts are our own; what they print
/// is what Alertmanager's users know.
enum DefaultTemplates {
    /// Each file's name with its text, in the order of adding.
    static let files: [(name: String, text: String)] = [
        ("default.tmpl", parts + lists + chats + others), ("email.tmpl", email),
    ]

    /// What the rest is built from.
    private static let parts = #"""
        {{ define "__alertmanager" }}Alertmanager{{ end }}

        {{ define "__alertmanagerURL" }}{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}{{ end }}

        {{ define "__description" }}{{ end }}

        {{ define "__subject" -}}
            {{- if eq .Status "firing" -}} [FIRING:{{ len .Alerts.Firing }}] {{- else -}} [RESOLVED] {{- end -}}
            {{- " " }}{{ join " " .GroupLabels.Values }}{{ " " -}}
            {{- if gt (len .CommonLabels) (len .GroupLabels) -}}
                ({{ join " " (.CommonLabels.Remove .GroupLabels.Names).Values }})
            {{- end -}}
        {{- end }}

        {{ define "__flatalert_common_annotations" }}{{ join " " .CommonAnnotations.Values }}{{ end }}

        """#

    /// Alerts one below the other: in plain text, and in Markdown.
    private static let lists = #"""
        {{ define "__flatalert_pairs" -}}
            {{- range .SortedPairs }} - {{ .Name }} = {{ .Value }}{{ "\n" }}{{ end -}}
        {{- end }}

        {{ define "__flatalert_markdown_pairs" -}}
            {{- range .SortedPairs }}{{ "  " }}- {{ .Name }} = {{ .Value }}{{ "\n" }}{{ end -}}
        {{- end }}

        {{ define "__text_alert_list" -}}
            {{- range . -}}
                Labels:{{ "\n" }}{{ template "__flatalert_pairs" .Labels -}}
                Annotations:{{ "\n" }}{{ template "__flatalert_pairs" .Annotations -}}
                Source: {{ .GeneratorURL }}{{ "\n" -}}
            {{- end -}}
        {{- end }}

        {{ define "__text_alert_list_markdown" -}}
            {{- range . -}}
                {{- "\n" }}Labels:{{ "\n" }}{{ template "__flatalert_markdown_pairs" .Labels -}}
                {{- "\n" }}Annotations:{{ "\n" }}{{ template "__flatalert_markdown_pairs" .Annotations -}}
                {{- "\n" }}Source: {{ .GeneratorURL }}{{ "\n" -}}
            {{- end -}}
            {{- "\n" -}}
        {{- end }}

        {{ define "__flatalert_tight" -}}
            {{- template "__flatalert_common_annotations" . }}{{ "\n" -}}
            {{- with .Alerts.Firing }}Alerts Firing:{{ "\n" }}{{ template "__text_alert_list" . }}{{ end -}}
            {{- "\n" -}}
            {{- with .Alerts.Resolved }}Alerts Resolved:{{ "\n" }}{{ template "__text_alert_list" . }}{{ end -}}
        {{- end }}

        {{ define "__flatalert_loose" -}}
            {{- "\n" -}}
            {{- with .Alerts.Firing }}{{ "\n" }}Alerts Firing:{{ "\n" }}{{ template "__text_alert_list" . }}{{ "\n" }}{{ end -}}
            {{- "\n" -}}
            {{- with .Alerts.Resolved }}{{ "\n" }}Alerts Resolved:{{ "\n" }}{{ template "__text_alert_list" . }}{{ "\n" }}{{ end -}}
            {{- "\n" -}}
        {{- end }}

        {{ define "__flatalert_summed_up" -}}
            {{- template "__flatalert_common_annotations" . }}{{ template "__flatalert_loose" . -}}
        {{- end }}

        {{ define "__flatalert_markdown" -}}
            {{- "\n" -}}
            {{- with .Alerts.Firing -}}
                {{- "\n" }}# Alerts Firing:{{ "\n" }}{{ template "__text_alert_list_markdown" . }}{{ "\n" -}}
            {{- end -}}
            {{- "\n" -}}
            {{- with .Alerts.Resolved -}}
                {{- "\n" }}# Alerts Resolved:{{ "\n" }}{{ template "__text_alert_list_markdown" . }}{{ "\n" -}}
            {{- end -}}
            {{- "\n" -}}
        {{- end }}

        """#

    /// Chat services.
    private static let chats = #"""
        {{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "slack.default.fallback" }}{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}
        {{ define "slack.default.text" }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}

        {{ define "mattermost.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "mattermost.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "mattermost.default.fallback" -}}
            {{- template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . -}}
        {{- end }}
        {{ define "mattermost.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "mattermost.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
        {{ define "mattermost.default.text" }}{{ template "__flatalert_markdown" . }}{{ end }}

        {{ define "rocketchat.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "rocketchat.default.alias" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "rocketchat.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "rocketchat.default.emoji" }}{{ end }}
        {{ define "rocketchat.default.iconurl" }}{{ end }}
        {{ define "rocketchat.default.text" }}{{ end }}

        {{ define "telegram.default.message" }}{{ template "__flatalert_loose" . }}{{ end }}

        {{ define "discord.default.content" }}{{ end }}
        {{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "discord.default.message" }}{{ template "__flatalert_loose" . }}{{ end }}

        {{ define "webex.default.message" }}{{ template "__flatalert_summed_up" . }}{{ end }}

        {{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.text" }}{{ template "__flatalert_markdown" . }}{{ end }}

        {{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteamsv2.default.text" }}{{ template "__flatalert_markdown" . }}{{ end }}

        {{ define "wechat.default.message" -}}
            {{- template "__subject" . }}{{ "\n" }}{{ template "__flatalert_tight" . -}}
            {{- "\n" }}AlertmanagerUrl:{{ "\n" }}{{ template "__alertmanagerURL" . -}}
        {{- end }}
        {{ define "wechat.default.to_user" }}{{ end }}
        {{ define "wechat.default.to_party" }}{{ end }}
        {{ define "wechat.default.to_tag" }}{{ end }}
        {{ define "wechat.default.agent_id" }}{{ end }}

        """#

    /// Paging, tickets and the rest.
    private static let others = #"""
        {{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
        {{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

        {{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
        {{ define "opsgenie.default.description" }}{{ template "__flatalert_tight" . }}{{ end }}
        {{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}

        {{ define "victorops.default.state_message" }}{{ template "__flatalert_tight" . }}{{ end }}
        {{ define "victorops.default.entity_display_name" }}{{ template "__subject" . }}{{ end }}
        {{ define "victorops.default.monitoring_tool" }}{{ template "__alertmanager" . }}{{ end }}

        {{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "pushover.default.message" }}{{ template "__flatalert_summed_up" . }}{{ end }}
        {{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}

        {{ define "sns.default.subject" }}{{ template "__subject" . }}{{ end }}
        {{ define "sns.default.message" }}{{ template "__flatalert_summed_up" . }}{{ end }}

        {{ define "jira.default.summary" }}{{ template "__subject" . }}{{ end }}
        {{ define "jira.default.description" }}{{ template "__flatalert_markdown" . }}{{ end }}
        {{ define "__flatalert_jira_priority" -}}
            {{- $rank := 0 -}}
            {{- range . -}}
                {{- $severity := .Labels.severity -}}
                {{- if eq $severity "critical" }}{{ $rank = 3 }}{{ break }}{{ end -}}
                {{- if and (eq $severity "warning") (lt $rank 2) }}{{ $rank = 2 }}{{ end -}}
                {{- if and (eq $severity "info") (lt $rank 1) }}{{ $rank = 1 }}{{ end -}}
            {{- end -}}
            {{- index (stringSlice "" "Low" "Medium" "High") $rank -}}
        {{- end }}
        {{ define "jira.default.priority" -}}
            {{- $known := stringSlice "critical" "warning" "info" -}}
            {{- $fires := false -}}
            {{- range .Alerts.Firing -}}
                {{- $severity := .Labels.severity -}}
                {{- range $known }}{{ if eq . $severity }}{{ $fires = true }}{{ end }}{{ end -}}
                {{- if $fires }}{{ break }}{{ end -}}
            {{- end -}}
            {{- if $fires }}{{ template "__flatalert_jira_priority" .Alerts.Firing -}}
            {{- else }}{{ template "__flatalert_jira_priority" .Alerts.Resolved }}{{ end -}}
        {{- end }}

        """#
}
