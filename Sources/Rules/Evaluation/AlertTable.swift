import Labels

/// The alerts of one rule, found by their labels.
struct AlertTable: Sendable {
    /// In the order of their arrival, until one goes: then the last takes its place.
    private(set) var alerts: [ActiveAlert] = []
    /// The series that tell of each, made when they are first needed.
    private var series: [AlertSeries?] = []
    private var places: [LabelSet: Int] = [:]

    init() {}

    init(_ alerts: [ActiveAlert]) {
        for alert in alerts where places[alert.labels] == nil { append(alert) }
    }

    var count: Int { alerts.count }

    subscript(place: Int) -> ActiveAlert {
        _read { yield alerts[place] }
        _modify { yield &alerts[place] }
    }

    func place(of labels: LabelSet) -> Int? { alerts.isEmpty ? nil : places[labels] }

    mutating func append(_ alert: ActiveAlert) {
        places[alert.labels] = alerts.count
        alerts.append(alert)
        series.append(nil)
    }

    /// Forgets an alert; the last one is then in its place.
    mutating func remove(at place: Int) {
        places[alerts[place].labels] = nil
        let last = alerts.count - 1
        if place < last {
            alerts[place] = alerts[last]
            series[place] = series[last]
            places[alerts[place].labels] = place
        }
        alerts.removeLast()
        series.removeLast()
    }

    mutating func removeAll() { self = AlertTable() }

    /// The series that tell of an alert as it is.
    mutating func series(at place: Int, _ builder: inout LabelSetBuilder) -> AlertSeries {
        let alert = alerts[place]
        if let made = series[place], made.state == alert.state { return made }
        let made = AlertSeries(alert, former: series[place], &builder)
        series[place] = made
        return made
    }

    /// Changes every alert without changing its labels.
    mutating func forEach(_ body: (inout ActiveAlert) -> Void) {
        for place in alerts.indices { body(&alerts[place]) }
    }
}

/// The series that tell of an alert in one state (reference 2.2): `ALERTS` and `ALERTS_FOR_STATE`.
struct AlertSeries: Sendable {
    static let alertsName = "ALERTS"
    static let forStateName = "ALERTS_FOR_STATE"

    let state: ActiveAlert.State
    let alerts: LabelSet
    let forState: LabelSet

    init(_ alert: ActiveAlert, former: AlertSeries?, _ builder: inout LabelSetBuilder) {
        state = alert.state
        builder.removeAll()
        alert.labels.forEach { builder.append(name: $0, value: $1) }
        builder.append(name: "__name__", value: Self.forStateName)
        forState = former?.forState ?? LabelSet(packing: &builder)
        builder.append(name: "__name__", value: Self.alertsName)
        builder.append(name: "alertstate", value: alert.state.name)
        alerts = LabelSet(packing: &builder)
    }
}
