extension PageScript {
    /// Alerts, why they are muted, and what `explain` says about them.
    static let alerts = #"""
        const shownAtOnce = 200;
        // By fingerprint: { labels, text, data, error }.
        const explanations = new Map();
        let explanationsDrawn = 0;

        const severities = ["critical", "error", "warning", "info", "none"];
        const severity = (alert) => {
          const place = severities.indexOf(String(alert.labels.severity || "").toLowerCase());
          return place < 0 ? 2 : place;
        };
        const isMuted = (alert) => alert.status.state === "suppressed" || (alert.status.mutedBy || []).length > 0;

        // What needs somebody comes first.
        function inOrder(alerts) {
          return [...alerts].sort((a, b) => isMuted(a) - isMuted(b) || severity(a) - severity(b) || Date.parse(b.startsAt) - Date.parse(a.startsAt));
        }

        function isFound(alert) {
          const words = byId("search").value.toLowerCase().split(/\s+/).filter((word) => word);
          if (!words.length) return true;
          const pairs = [...Object.entries(alert.labels), ...Object.entries(alert.annotations)];
          const text = pairs.map(([name, value]) => name + "=" + value).join("\n").toLowerCase();
          return words.every((word) => text.includes(word));
        }

        function mutes(alert) {
          const lines = [];
          for (const id of alert.status.silencedBy || []) {
            const silence = (sections.silences.data || []).find((other) => other.id === id);
            lines.push(silence
              ? t("Silenced by {0} until {1}: {2}", silence.createdBy, moment(silence.endsAt), silence.comment)
              : t("Silenced by {0}", id));
          }
          for (const fingerprint of alert.status.inhibitedBy || []) {
            const source = (sections.alerts.data || []).find((other) => other.fingerprint === fingerprint);
            lines.push(t("Inhibited by {0}", source ? nameOf(source.labels) : fingerprint));
          }
          for (const interval of alert.status.mutedBy || []) lines.push(t("Muted by the time interval {0}", interval));
          return lines;
        }

        function stateOf(alert) {
          const status = alert.status;
          if ((status.silencedBy || []).length) return "silenced";
          if ((status.inhibitedBy || []).length) return "inhibited";
          return (status.mutedBy || []).length ? "muted" : "firing";
        }

        function alertCard(alert) {
          const state = stateOf(alert);
          const fingerprint = alert.fingerprint;
          const look = state !== "firing" ? "" : severity(alert) < 2 ? " firing" : " warning";
          const annotations = Object.entries(alert.annotations);
          const source = outside(alert.generatorURL, t("Source"));
          const rest = annotations.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]).flat();
          if (alert.generatorURL && !source) rest.push(make("dt", {}, t("source")), make("dd", {}, alert.generatorURL));
          const isExplained = explanations.has(fingerprint);
          return make("li", { className: "card" + look, id: "alert-" + fingerprint },
            make("h3", {}, nameOf(alert.labels), " ", make("span", { className: state === "firing" ? "badge firing" : "badge" }, t(state))),
            summaryOf(alert.annotations) ? make("p", { className: "summary" }, summaryOf(alert.annotations)) : null,
            make("p", { className: "soft" }, ...parts("began {0} → {1}", age(alert.startsAt), (alert.receivers || []).map((receiver) => receiver.name).join(", "))),
            ...mutes(alert).map((line) => make("p", { className: "why" }, line)),
            labelList(alert.labels, "alertname"),
            rest.length ? foldable("annotations-" + fingerprint, t("Annotations"), make("dl", {}, ...rest)) : null,
            make("p", { className: "actions" },
              make("button", { type: "button", key: "silence-" + fingerprint, className: "silence", onclick: () => newSilence(alert.labels) }, t("Silence")),
              make("a", {
                href: "#explain=" + fingerprint, key: "explain-" + fingerprint, className: "button explain", role: "button", "aria-expanded": String(isExplained),
                onclick: (event) => { event.preventDefault(); toggleExplanation(alert); },
              }, t(isExplained ? "Hide why" : "Why?")),
              source),
            isExplained ? explanationOf(explanations.get(fingerprint)) : null);
        }

        function explanationOf(explanation) {
          const node = make("div", { className: "explanation" });
          if (explanation.error) node.append(make("p", { className: "trouble" }, explanation.error.message));
          else if (!explanation.data) node.append(make("p", { className: "soft" }, t("Asking …")));
          for (const report of explanation.data ? explanation.data.alerts : []) {
            const lines = report.lines.map((line) => [make("dt", {}, line.topic), make("dd", {}, line.text)]).flat();
            node.append(make("p", {}, report.headline), make("dl", {}, ...lines));
          }
          return node;
        }

        async function explain(explanation) {
          try {
            const all = Object.entries(explanation.labels).map(([name, value]) => [name, "=", value]);
            const text = await ask("api/flatalert/v1/explain?" + filters(all));
            if (text !== explanation.text) {
              const data = JSON.parse(text);
              // The matchers may fit other alerts too, with more labels.
              const same = data.alerts.filter((report) => report.fingerprint === explanation.fingerprint);
              explanation.data = { alerts: same.length ? same : data.alerts };
              explanation.text = text;
              explanationsDrawn += 1;
            }
            if (explanation.error) explanationsDrawn += 1;
            explanation.error = null;
            return true;
          } catch (error) {
            explanation.error = error;
            explanationsDrawn += 1;
            return !(error instanceof Unreachable);
          }
        }

        function refreshExplanations() { return [...explanations.values()].map(explain); }

        async function toggleExplanation(alert) {
          const fingerprint = alert.fingerprint;
          explanationsDrawn += 1;
          if (explanations.delete(fingerprint)) {
            noteAddress("");
            show();
            return;
          }
          const explanation = { labels: alert.labels, fingerprint };
          explanations.set(fingerprint, explanation);
          noteAddress(fingerprint);
          show();
          await explain(explanation);
          show();
        }

        async function openExplanation(fingerprint) {
          const alert = (sections.alerts.data || []).find((other) => other.fingerprint === fingerprint);
          if (!alert) return;
          if (!explanations.has(fingerprint)) await toggleExplanation(alert);
          const card = byId("alert-" + fingerprint);
          if (card) card.scrollIntoView();
        }

        draw.alerts = {
          depends: ["alerts", "silences"],
          more: () => byId("search").value + "\u0000" + explanationsDrawn,
          count(alerts) {
            const seen = alerts.filter(isInView);
            const found = seen.filter(isFound).length;
            return found === seen.length ? String(found) : t("{0} of {1}", found, seen.length);
          },
          content(alerts) {
            const seen = alerts.filter(isInView);
            const found = inOrder(seen.filter(isFound));
            if (found.length) return pages("alerts", found, shownAtOnce, alertCard);
            return nothing(seen.length ? t("None of {0} alerts has that.", seen.length) : hasView() ? t("No alert passes this view.") : t("No alert. All is quiet."));
          },
        };
        """#
    /// Groups as they are told.
    static let groups = #"""
        draw.groups = {
          depends: ["groups"],
          more: () => "",
          count: (groups) => String(groups.length),
          content(groups) {
            if (!groups.length) return nothing(t("No group."));
            return pages("groups", groups, shownAtOnce, (group) => {
                const names = new Map();
                for (const alert of group.alerts) {
                  const name = nameOf(alert.labels) + (stateOf(alert) === "firing" ? "" : " (" + t(stateOf(alert)) + ")");
                  names.set(name, (names.get(name) || 0) + 1);
                }
                return make("li", { className: "card" },
                  make("h3", {}, "→ " + group.receiver.name, " ", make("span", { className: "badge" }, t(group.alerts.length === 1 ? "{0} alert" : "{0} alerts", group.alerts.length))),
                  labelList(group.labels),
                  make("p", { className: "soft" }, [...names].map(([name, count]) => (count > 1 ? count + " × " : "") + name).join(", ")));
            });
          },
        };
        """#
}
