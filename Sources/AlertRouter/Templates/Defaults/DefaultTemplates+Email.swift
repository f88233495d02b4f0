extension DefaultTemplates {
    /// The mail: a card with a coloured bar, and a block for each alert. Mail programs know tables and inline styles, little else.
    static let email = #"""
        {{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}

        {{ define "__flatalert_email_pairs" -}}
        {{ range .SortedPairs }}{{ .Name }} = {{ .Value }}<br>
        {{ end }}
        {{- end }}

        {{ define "__flatalert_email_alerts" -}}
        {{ range . -}}
        <tr><td style="padding:0 24px 20px;font-size:14px;line-height:1.5;color:#2b3036">
        <div><strong>Labels</strong></div>
        <div>{{ template "__flatalert_email_pairs" .Labels }}</div>
        {{ if .Annotations }}<div><strong>Annotations</strong></div>
        <div>{{ template "__flatalert_email_pairs" .Annotations }}</div>
        {{ end }}<div><a href="{{ .GeneratorURL }}" style="color:#2468c8">Source</a></div>
        </td></tr>
        {{ end }}
        {{- end }}

        {{ define "email.default.html" -}}
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="UTF-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{ template "__subject" . }}</title>
        </head>
        <body style="margin:0;padding:0;background-color:#f3f4f6;font-family:Helvetica,Arial,sans-serif">
        <table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0">
        <tr><td align="center" style="padding:24px 8px">
        <table role="presentation" width="600" cellspacing="0" cellpadding="0" border="0"
         style="width:100%;max-width:600px;background-color:#ffffff;border:1px solid #dfe2e6;border-radius:4px">
        <tr>
        {{ if .Alerts.Firing -}}
        <td align="center" style="padding:18px 24px;background-color:#E6522C;color:#ffffff;font-size:17px;font-weight:bold">
        {{- else -}}
        <td align="center" style="padding:18px 24px;background-color:#68B90F;color:#ffffff;font-size:17px;font-weight:bold">
        {{- end }}
        {{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for{{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}
        </td>
        </tr>
        <tr><td align="center" style="padding:24px">
        <a href="{{ template "__alertmanagerURL" . }}"
         style="display:inline-block;padding:11px 22px;background-color:#2468c8;color:#ffffff;border-radius:4px;font-weight:bold;text-decoration:none"
        >View in {{ template "__alertmanager" . }}</a>
        </td></tr>
        {{ with .Alerts.Firing -}}
        <tr><td style="padding:0 24px 12px;font-size:16px;color:#2b3036"><strong>[{{ len . }}] Firing</strong></td></tr>
        {{ template "__flatalert_email_alerts" . }}
        {{- end }}
        {{ if and .Alerts.Firing .Alerts.Resolved -}}
        <tr><td style="padding:0 24px 16px"><hr style="border:0;border-top:1px solid #dfe2e6"></td></tr>
        {{ end -}}
        {{ with .Alerts.Resolved -}}
        <tr><td style="padding:0 24px 12px;font-size:16px;color:#2b3036"><strong>[{{ len . }}] Resolved</strong></td></tr>
        {{ template "__flatalert_email_alerts" . }}
        {{- end }}
        </table>
        <p style="margin:20px 0 0;font-size:12px"><a href="{{ .ExternalURL }}" style="color:#8b929a">Sent by {{ template "__alertmanager" . }}</a></p>
        </td></tr>
        </table>
        </body>
        </html>
        {{ end }}
        """#
}
