import JSON
import SampleStore
import Time
import WebServer

/// What the process tells of itself (reference 4.4).
extension QueryAPI {
    /// How many elements of each list `status/tsdb` shows unless it is asked for others.
    private static let defaultStatisticsLimit = 10

    func buildInformation() -> WebResponse {
        .data { json in
            json.beginObject()
            // Clients decide by the version which calls they make: it names the Prometheus whose behaviour is followed; ours is the revision.
            for (name, value) in [
                ("version", options.prometheusVersion), ("revision", "flatalert-\(options.version)"), ("branch", ""), ("buildUser", ""),
                ("buildDate", ""), ("goVersion", ""),
            ] {
                json.key(name)
                json.string(value)
            }
            json.endObject()
        }
    }

    func configuration() -> WebResponse {
        .data { json in
            json.beginObject()
            json.key("yaml")
            json.string(options.configuration())
            json.endObject()
        }
    }

    func flags() -> WebResponse {
        .data { json in
            json.beginObject()
            for (name, value) in options.flags().sorted(by: { $0.name < $1.name }) {
                json.key(name)
                json.string(value)
            }
            json.endObject()
        }
    }

    func runtimeInformation() throws(QueryAPIError) -> WebResponse {
        guard let runtime = options.runtime() else { throw .notFound("this process tells nothing of its running") }
        return .data { json in
            json.beginObject()
            json.key("startTime")
            json.string(ResultWriter.time(runtime.startTime))
            json.key("CWD")
            json.string(runtime.workingDirectory)
            json.key("hostname")
            json.string(runtime.hostname)
            json.key("serverTime")
            json.string(ResultWriter.time(now()))
            json.key("reloadConfigSuccess")
            json.bool(runtime.reloadSucceeded)
            json.key("lastConfigTime")
            json.string(ResultWriter.time(runtime.lastConfigurationTime))
            json.key("corruptionCount")
            json.integer(runtime.corruptions)
            // Clients read the threads under this name.
            json.key("goroutineCount")
            json.integer(runtime.threads)
            json.key("GOMAXPROCS")
            json.integer(runtime.processors)
            json.key("storageRetention")
            json.string(runtime.retention)
            json.endObject()
        }
    }

    func storeStatistics(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        var limit = Self.defaultStatisticsLimit
        if let text = parameters.first("limit"), !text.isEmpty {
            guard let number = Int(text), number >= 1 else { throw .badData("limit must be a positive number") }
            limit = number
        }
        let statistics = store.statistics
        let cardinality = store.cardinality(limit: limit)
        return .data { json in
            json.beginObject()
            json.key("headStats")
            json.beginObject()
            json.key("numSeries")
            json.integer(statistics.series)
            json.key("numLabelPairs")
            json.integer(cardinality.labelPairs)
            json.key("chunkCount")
            json.integer(statistics.chunks)
            // Without samples Prometheus tells the ends of its time.
            json.key("minTime")
            json.integer(statistics.oldestTime ?? .max)
            json.key("maxTime")
            json.integer(statistics.newestTime ?? .min)
            json.endObject()
            Self.write(cardinality.seriesByMetric, as: "seriesCountByMetricName", into: &json)
            Self.write(cardinality.valuesByLabel, as: "labelValueCountByLabelName", into: &json)
            Self.write(cardinality.bytesByLabel, as: "memoryInBytesByLabelName", into: &json)
            Self.write(cardinality.seriesByPair, as: "seriesCountByLabelValuePair", into: &json)
            json.endObject()
        }
    }

    private static func write(_ counts: [(name: String, count: Int)], as name: StaticString, into json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for (name, count) in counts {
            json.beginObject()
            json.key("name")
            json.string(name)
            json.key("value")
            json.integer(count)
            json.endObject()
        }
        json.endArray()
    }
}
