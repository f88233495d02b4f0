import JSON

/// How alerts are printed (reference 12.3).
enum AlertTable {
    static func print(_ alerts: [AlertRecord], _ session: ClientSession) {
        let alerts = alerts.enumerated().sorted { ($0.element.startsAt, $0.offset) < ($1.element.startsAt, $1.offset) }.map(\.element)
        switch session.output {
        case .simple: session.console.write(.output, simple(alerts, session))
        case .extended: session.console.write(.output, extended(alerts, session))
        case .json: session.console.printJSON(alerts.map(\.json))
        }
    }

    private static func simple(_ alerts: [AlertRecord], _ session: ClientSession) -> String {
        var table = Table(titles: ["Alertname", "Starts At", "Summary", "State"])
        for alert in alerts {
            let name = alert.labels.first { $0.name == "alertname" }?.value ?? ""
            let summary = alert.annotations.first { $0.name == "summary" }?.value ?? ""
            table.add([name, session.format(alert.startsAt), summary, alert.state])
        }
        return table.rendered
    }

    private static func extended(_ alerts: [AlertRecord], _ session: ClientSession) -> String {
        var table = Table(titles: ["Labels", "Annotations", "Starts At", "Ends At", "Generator URL", "State"])
        for alert in alerts {
            table.add([
                shown(alert.labels), shown(alert.annotations), session.format(alert.startsAt), session.format(alert.endsAt),
                alert.generatorURL,
                alert.state,
            ])
        }
        return table.rendered
    }
}
