"""Which prometheus.yml Flatalert loads and promtool 2.42 does not, and the other way round, each with its section of Prometheus's reference. One that is never needed fails the run."""
from configuration_differences import Difference, newer

DIFFERENCES = [
    *newer("5.6", "2.43 and later", "scrape_config_files", "otlp", "runtime", "sample_limit", "rule_query_offset", "enable_compression", "scrape_protocols", "alert_relabel_configs"),
    *newer("5.6", "2.43 and later", "no_proxy", "proxy_from_environment", "http_headers"),
    *newer("5.6", "a build with all discoveries; Debian's has few, and here what is empty is no matter", "kubernetes_sd_configs"),
    Difference("dns_sd_configs|kubernetes_sd_configs", "5.6", "a job whose targets nobody finds is an error, not silently without them", ours="_sd_configs: not in this version"),
    Difference("", "10.1", "label names are any UTF-8 since 3.0", theirs="is not a valid label name|is invalid 'target_label'|is invalid 'replacement'"),
    Difference("{null: b}", "1.2", "a key without a name names no label", ours='"" is not a valid label name'),
    Difference("remote_write", "5.6", "sections that are not used are named, not looked into", theirs="remote_write|remote write|RemoteWrite"),
    Difference("max_version", "5.6", "max_version is not below min_version, since 2.43", ours="max_version must be greater than or equal"),
    Difference("password_file|ca_file", "7.2", "every file that is named must be there, not only rules, tokens and client certificates", ours="error checking (basic_auth password|CA) file"),
    Difference(": dir", "7.2", "a directory is no file", ours="is a directory"),
    Difference("api_version: v1", "6", "Alertmanager's API v1 is gone", ours="API v1 is gone"),
    Difference("alertmanager's group", "7.2", "an Alertmanager without an address is nobody", ours="of alertmanager config: no address"),
]
