import JSON
import Scraping
import Time
import WebServer

/// Targets and Alertmanagers (reference 4.4).
extension QueryAPI {
    func targets(_ parameters: QueryParameters) -> WebResponse {
        let state = parameters.first("state")?.lowercased() ?? ""
        let isAny = state.isEmpty || state == "any"
        let pool = parameters.first("scrapePool").flatMap { $0.isEmpty ? nil : $0 }
        let report = options.targets()
        func isWanted(_ name: String) -> Bool { pool == nil || pool == name }
        return .data { json in
            json.beginObject()
            json.key("activeTargets")
            json.beginArray()
            if isAny || state == "active" {
                for target in report.active where isWanted(target.pool) { Self.write(target, into: &json) }
            }
            json.endArray()
            let showsDropped = isAny || state == "dropped"
            json.key("droppedTargets")
            json.beginArray()
            if showsDropped {
                for (pool, labels) in report.dropped where isWanted(pool) {
                    json.beginObject()
                    json.key("discoveredLabels")
                    ResultWriter.labels(labels, into: &json)
                    json.key("scrapePool")
                    json.string(pool)
                    json.endObject()
                }
            }
            json.endArray()
            json.key("droppedTargetCounts")
            json.beginObject()
            if showsDropped {
                for (pool, count) in report.droppedCounts.sorted(by: { $0.pool < $1.pool }) where isWanted(pool) {
                    json.key(pool)
                    json.integer(count)
                }
            }
            json.endObject()
            json.endObject()
        }
    }

    private static func write(_ target: TargetStatus, into json: inout JSONWriter) {
        json.beginObject()
        json.key("discoveredLabels")
        ResultWriter.labels(target.discoveredLabels, into: &json)
        json.key("labels")
        ResultWriter.labels(target.labels, into: &json)
        for (name, text) in [
            ("scrapePool", target.pool), ("scrapeUrl", target.url), ("globalUrl", target.globalURL), ("lastError", target.lastError),
            ("lastScrape", ResultWriter.time(target.lastScrape)),
        ] {
            json.key(name)
            json.string(text)
        }
        json.key("lastScrapeDuration")
        json.double(target.lastDuration)
        for (name, text) in [
            ("health", target.health.rawValue), ("scrapeInterval", ResultWriter.duration(target.interval)),
            ("scrapeTimeout", ResultWriter.duration(target.timeout)),
        ] {
            json.key(name)
            json.string(text)
        }
        json.endObject()
    }

    func scrapePools() -> WebResponse {
        let pools = options.targets().droppedCounts.map(\.pool).sorted()
        return .data { json in
            json.beginObject()
            json.key("scrapePools")
            json.beginArray()
            for pool in pools { json.string(pool) }
            json.endArray()
            json.endObject()
        }
    }

    func alertmanagers() -> WebResponse {
        let report = options.alertmanagers()
        return .data { json in
            json.beginObject()
            for (name, urls) in [("activeAlertmanagers", report.active), ("droppedAlertmanagers", report.dropped)] {
                json.key(name)
                json.beginArray()
                for url in urls {
                    json.beginObject()
                    json.key("url")
                    json.string(url)
                    json.endObject()
                }
                json.endArray()
            }
            json.endObject()
        }
    }
}
