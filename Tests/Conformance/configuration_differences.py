"""Which receivers Flatalert loads and Alertmanager 0.25 does not, and the other way round, each with its section of the reference. One that is never needed fails the run."""
import re


class Difference:
    """`pattern` is searched in the receiver's name; `theirs` and `ours` in what the programs say, None meaning that they load it."""

    def __init__(self, pattern, section, why, theirs=None, ours=None):
        self.pattern, self.section, self.why, self.theirs, self.ours = re.compile(pattern, re.DOTALL), section, why, theirs, ours
        self.used = 0

    def explains(self, name, theirs, ours):
        return self.pattern.search(name) is not None and said(self.theirs, theirs) and said(self.ours, ours)

    def __repr__(self):
        return f"{self.pattern.pattern} ({self.section}: {self.why})"


def said(pattern, verdict):
    return verdict is None if pattern is None else verdict is not None and re.search(pattern, verdict) is not None


def newer(section, when, *fields):
    """Keys that 0.25 does not know."""
    return [Difference("", section, f"{field}, since {when}", theirs=rf"field {field} not found in type") for field in fields]


DIFFERENCES = [
    *newer("1.3", "0.28", "smtp_tls_config"),
    *newer("1.3", "0.30", "slack_app_token", "slack_app_url"),
    *newer("1.3", "0.31", "smtp_auth_secret_file", "smtp_force_implicit_tls"),
    *newer("1.5", "0.26", "url_file"),
    *newer("1.5", "0.28 and 0.30", "timeout"),
    *newer("1.5", "0.30", "app_token", "app_token_file", "app_url", "threading"),
    *newer("1.5", "0.31", "message_text", "auth_secret_file", "force_implicit_tls"),
    *newer("1.5", "0.32", "payload", "update_message"),
    *newer("1.6", "0.26", "no_proxy", "proxy_from_environment", "http_headers", "username_file"),
    *newer("1.7", "0.26", "ca", "cert", "key"),
    Difference("webhook.* url: '.*[{][{]", "1.5", "templates in the url of a webhook, since 0.31", theirs="unsupported scheme|invalid|missing"),
    Difference("webhook.* url: <secret>", "1.1", "the url of a webhook is a secret, since 0.26", theirs="unsupported scheme"),
    Difference("oauth2", "1.6", "oauth2 needs a client_id and a token_url, since 0.26 no secret", theirs="either oauth2 client_secret or client_secret_file must be configured"),
    Difference("email.* tls_config", "1.7", "certificate and key come together, since 0.26 for mail servers too", ours="exactly one of (cert|key) or (cert|key)_file must be configured"),
    Difference("max_version: TLS1[01]", "1.7", "max_version is not below min_version, which is TLS12 unless said otherwise, since 0.26", ours="max_version must be greater than or equal"),
    Difference("[{][{]", "8.1", "templates are compiled, and rendered on sample data, when the configuration is loaded", ours=r"template: |executing |no such template|undefined variable|\{\{"),
]

# Lines of the shown configuration: keys that 0.25 does not have (1.3, 1.5 to 1.7), the url of a webhook, which is a secret since 0.26, Slack's colour, whose default is a
# template since 0.32, empty texts, which are as good as none, and the header without a name, which is left out of the message (9.17).
SHOWN_OTHERWISE = re.compile(
    r"(smtp_tls_config|slack_app_url|smtp_force_implicit_tls|rocketchat\w*|mattermost\w*|jira\w*|url|url_file|timeout|color|update_message|threading|insecure_skip_verify|webex_api_url|telegram_api_url|message_text|tls_config)\b:"
    r"|\w+: \"\"$|\"\": v$")
