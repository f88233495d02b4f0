extension PageScript {
    /// Receivers with their last outcome, and the inbox.
    static let receivers = #"""
        function integrationLines(integration) {
          const last = integration.last;
          const failed = last && last.kind === "delivery_failed";
          const lines = [make("p", {}, make("strong", {}, integration.integration), " " + (integration.where || ""))];
          if (integration.problem) lines.push(make("p", { className: "trouble" }, integration.problem + (integration.advice ? "\n" + integration.advice : "")));
          if (!last) lines.push(make("p", { className: "soft" }, t("nothing sent yet")));
          else if (failed) lines.push(make("p", { className: "trouble" }, ...parts("last delivery failed {0}: {1}", age(last.time), last.error || "")));
          else lines.push(make("p", { className: "soft" }, ...parts("last delivered {0}", age(last.time))));
          return lines;
        }

        function receiverCard(receiver) {
          const isBad = receiver.integrations.some((integration) => integration.problem || (integration.last && integration.last.kind === "delivery_failed"));
          const isGood = !isBad && receiver.integrations.some((integration) => integration.last);
          return make("li", { className: isBad ? "card firing" : isGood ? "card good" : "card" },
            make("h3", {}, receiver.name, " ", receiver.routed ? null : make("span", { className: "badge" }, t("no route leads here"))),
            ...(receiver.integrations.length ? receiver.integrations.flatMap(integrationLines) : nothing(t("tells nobody: it has no integration"))));
        }

        draw.receivers = {
          depends: ["receivers"],
          more: () => "",
          count: (answer) => String(answer.receivers.length),
          content: (answer) => [
            answer.externalURL ? make("p", { className: "trouble" }, answer.externalURL.problem + (answer.externalURL.advice ? "\n" + answer.externalURL.advice : "")) : "",
            make("ul", {}, ...answer.receivers.map(receiverCard)),
          ],
        };

        function messageCard(message) {
          const fires = message.status === "firing";
          const alerts = message.alerts.map((alert) => make("li", {},
            make("p", {}, make("strong", {}, nameOf(alert.labels)), " " + t(alert.status) + (summaryOf(alert.annotations) ? ": " + summaryOf(alert.annotations) : "")),
            labelList(alert.labels, "alertname")));
          const left = message.truncatedAlerts;
          return make("li", { className: fires ? "card warning" : "card good" },
            make("h3", {}, message.title),
            make("p", { className: "soft" }, ...parts("{0}, route {1} → {2}", age(message.time), message.route, message.receiver)),
            foldable("message-" + message.number, t(message.alerts.length === 1 ? "{0} alert" : "{0} alerts", message.alerts.length) + (left ? t(", ") + t("{0} more left out", left) : ""), make("ul", {}, ...alerts)));
        }

        draw.inbox = {
          depends: ["inbox"],
          more: () => "",
          count: (answer) => String(answer.messages.length),
          content: (answer) => (answer.messages.length
            ? pages("inbox", answer.messages, 50, messageCard)
            : nothing(t("No message. flatalert test-fire sends one, if a receiver leads here."))),
        };
        """#

    /// What the page listens to. The last part: everything before it is there.
    static let start = #"""
        translateDocument();
        for (const [words, minutes] of durations) {
          byId("durations").append(make("label", {}, make("input", { type: "radio", name: "duration", value: String(minutes) }), t(words)));
        }
        byId("refresh").addEventListener("click", refresh);
        byId("show-all").addEventListener("click", showAll);
        byId("search").addEventListener("input", show);
        byId("new-silence").addEventListener("click", () => newSilence({}));
        byId("add-matcher").addEventListener("click", () => addMatcher("", "=", "").querySelector(".name").focus());
        byId("cancel-silence").addEventListener("click", () => byId("silence-dialog").close());
        byId("silence-form").addEventListener("submit", submitSilence);
        byId("expire").addEventListener("click", expireSilence);
        byId("keep").addEventListener("click", () => byId("expire-dialog").close());
        for (const name of Object.keys(sections)) {
          byId(name).addEventListener("toggle", () => { if (byId(name).open && !sections[name].data) refresh(); });
        }
        // Nobody looks: nothing is asked. Somebody looks again: at once.
        document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else refresh(); });
        window.addEventListener("hashchange", followHash);
        // A link to a part of the alerts needs no look at all of them.
        if (!location.hash.startsWith("#/alerts?")) await refresh();
        await followHash();
        """#
}
