extension TemplateFunctions {
    /// Alertmanager's functions (reference 8.2), but `routeLabels`, which needs the notification at hand.
    public static let shared = TemplateFunctions([:])
}
