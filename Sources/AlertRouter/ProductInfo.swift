/// Who we say that we are.
public enum ProductInfo {
    /// The version of this program.
    public static let version = "0.1.0"
    /// The version of Alertmanager whose visible behaviour is followed; clients compare it.
    public static let alertmanagerVersion = "0.34.0"
    /// The User-Agent of outgoing requests, in Alertmanager's form, because receivers filter by it.
    public static let userAgent = "Alertmanager/\(alertmanagerVersion)"
}
