import ArgumentParser
import JSON
import Time

/// `drill`: proves that the alerts that must be able to fire do, and reach their receivers.
struct DrillCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool drill",
        abstract: "Prove that the mandated alerts can fire and reach their receivers.",
        discussion: """
            The fault of each alert is played to the rule that is loaded, with made-up samples on virtual time. What fires gets the external labels, is \
            relabelled and routed as a real alert is, and is really sent, marked as a drill. Mutes are told, not applied. Exits with 1 if any alert \
            cannot fire or does not arrive. serve --drill.schedule does the same by itself.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Argument(
        help:
            "Only these alerts; without any, all six: GatewayDown, CNIPluginDown, HighErrorRate, HighLatency, DiskSpaceWarning, DiskSpaceCritical."
    )
    var alerts: [String] = []

    /// Six alerts, each with all attempts of an integration that does not answer.
    private static let limit = TimeSpan.minutes(3)

    func run(_ session: ClientSession) async throws(ClientError) {
        let body = JSONObject(alerts.isEmpty ? [] : [("alerts", .array(alerts.map { .string($0) }))])
        let answer = try await session.server().post("/drill", .object(body), of: .flatalert, within: Self.limit)
        let receipt = DrillReceipt(answer)
        session.console.print(session.output == .json ? answer.text : receipt.text)
        guard receipt.isProof else { throw .alreadyTold }
    }
}
