extension PageScript {
    /// Silences: the list, a new one, the end of one.
    static let silences = #"""
        const operators = ["=", "!=", "=~", "!~"];
        // In minutes.
        const durations = [["30 min", 30], ["1 h", 60], ["2 h", 120], ["4 h", 240], ["8 h", 480], ["1 day", 1440], ["3 days", 4320], ["7 days", 10080]];
        const operatorOf = (matcher) => operators[(matcher.isRegex ? 2 : 0) + (matcher.isEqual === false ? 1 : 0)];

        function silenceCard(silence) {
          const state = silence.status.state;
          const times = state === "expired" ? ["ended ", age(silence.endsAt)] : state === "pending" ? ["begins ", age(silence.startsAt), ", ends ", moment(silence.endsAt)] : ["ends ", age(silence.endsAt), ", " + moment(silence.endsAt)];
          return make("li", { className: state === "active" ? "card good" : "card" },
            make("h3", {}, silence.comment || "(no comment)", " ", make("span", { className: state === "active" ? "badge good" : "badge" }, state)),
            make("ul", { className: "labels", "aria-label": "Matchers" }, ...silence.matchers.map((matcher) => make("li", {}, matcherText(matcher.name, operatorOf(matcher), matcher.value)))),
            make("p", { className: "soft" }, "by " + silence.createdBy + ", ", ...times),
            state === "expired" ? null : make("p", { className: "actions" },
              make("button", { type: "button", key: "expire-" + silence.id, className: "expire", onclick: () => askToExpire(silence) }, "Expire")));
        }

        draw.silences = {
          depends: ["silences"],
          more: () => "",
          count: (silences) => silences.filter((silence) => silence.status.state !== "expired").length + " in force or to come",
          content(silences) {
            const open = silences.filter((silence) => silence.status.state !== "expired");
            const over = silences.filter((silence) => silence.status.state === "expired").sort((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt));
            return [
              ...(open.length ? [make("ul", {}, ...open.slice(0, shownAtMost).map(silenceCard))] : nothing("No silence.")),
              ...(open.length > shownAtMost ? nothing("… and " + (open.length - shownAtMost) + " more.") : []),
              ...(over.length ? [foldable("expired", over.length + " expired", make("ul", {}, ...over.slice(0, 50).map(silenceCard)))] : []),
            ];
          },
        };

        // MARK: a new silence

        let counting = 0;

        function addMatcher(name, operator, value) {
          const row = make("div", { className: "matcher" },
            make("input", { value: name, placeholder: "label", className: "name", autocapitalize: "off", autocomplete: "off", spellcheck: false, "aria-label": "Label name", oninput: countMatches }),
            make("select", { className: "operator", "aria-label": "Operator", onchange: countMatches }, ...operators.map((text) => make("option", { value: text, selected: text === operator }, text))),
            make("input", { value, placeholder: "value", className: "value", autocapitalize: "off", autocomplete: "off", spellcheck: false, "aria-label": "Value", oninput: countMatches }),
            make("button", { type: "button", className: "remove", "aria-label": "Remove this matcher", onclick: () => { row.remove(); byId("add-matcher").focus(); countMatches(); } }, "✕"));
          byId("matchers").append(row);
          return row;
        }

        function givenMatchers() {
          return [...byId("matchers").children]
            .map((row) => [row.querySelector(".name").value, row.querySelector(".operator").value, row.querySelector(".value").value])
            .filter(([name, , value]) => name !== "" || value !== "");
        }

        // Says what the silence would hit before it does.
        function countMatches() {
          clearTimeout(counting);
          counting = setTimeout(async () => {
            const matchers = givenMatchers();
            let words = "Say which alerts: a silence needs a matcher.";
            if (matchers.length) {
              try {
                const count = JSON.parse(await ask("api/v2/alerts?" + filters(matchers))).length;
                words = count === 0 ? "No alert matches now." : count === 1 ? "1 alert matches now." : count + " alerts match now.";
              } catch (error) {
                words = error.message;
              }
            }
            byId("matched").textContent = words;
          }, 300);
        }

        function newSilence(labels) {
          byId("matchers").replaceChildren();
          const pairs = Object.entries(labels || {}).sort();
          for (const [name, value] of pairs) addMatcher(name, "=", value);
          if (!pairs.length) addMatcher("alertname", "=", "");
          byId("comment").value = "";
          byId("durations").querySelector("input[value='60']").checked = true;
          byId("author").value = remembered("author");
          byId("matched").textContent = "";
          showTrouble(byId("silence-form").querySelector(".trouble"), null);
          countMatches();
          byId("silence-dialog").showModal();
          const last = byId("matchers").lastElementChild.querySelector(".value");
          (pairs.length ? byId(byId("author").value ? "comment" : "author") : last).focus();
        }

        async function submitSilence(event) {
          event.preventDefault();
          const trouble = byId("silence-form").querySelector(".trouble");
          const author = byId("author").value.trim();
          const comment = byId("comment").value.trim();
          const matchers = givenMatchers();
          const missing = !matchers.length ? "Say which alerts: a silence needs a matcher."
            : matchers.some(([name]) => name === "") ? "A matcher has no label name."
            : !author ? "Say who you are, so that others can ask you."
            : !comment ? "Say why, so that others understand." : "";
          if (missing) { showTrouble(trouble, new Error(missing)); return; }
          const minutes = Number(byId("durations").querySelector("input:checked").value);
          const now = serverNow();
          const button = byId("silence-form").querySelector("[type=submit]");
          button.disabled = true;
          try {
            await ask("api/v2/silences", {
              method: "POST",
              headers: { Accept: "application/json", "Content-Type": "application/json" },
              body: JSON.stringify({
                matchers: matchers.map(([name, operator, value]) => ({ name, value, isRegex: operator.endsWith("~"), isEqual: !operator.startsWith("!") })),
                startsAt: new Date(now).toISOString(), endsAt: new Date(now + minutes * 60000).toISOString(), createdBy: author, comment,
              }),
            });
            remember("author", author);
            byId("silence-dialog").close();
            await refresh();
          } catch (error) {
            showTrouble(trouble, error);
          } finally {
            button.disabled = false;
          }
        }

        // Storage may be off in this browser; then the name is typed again.
        function remembered(name) { try { return localStorage.getItem("flatalert." + name) || ""; } catch { return ""; } }
        function remember(name, value) { try { localStorage.setItem("flatalert." + name, value); } catch { /* off */ } }

        // MARK: the end of one

        let expiring = "";

        function askToExpire(silence) {
          expiring = silence.id;
          byId("expire-text").textContent = silence.matchers.map((matcher) => matcherText(matcher.name, operatorOf(matcher), matcher.value)).join(", ") + "\nby " + silence.createdBy + ": " + silence.comment;
          showTrouble(byId("expire-dialog").querySelector(".trouble"), null);
          byId("expire-dialog").showModal();
        }

        async function expireSilence() {
          byId("expire").disabled = true;
          try {
            await ask("api/v2/silence/" + encodeURIComponent(expiring), { method: "DELETE" });
            byId("expire-dialog").close();
            await refresh();
          } catch (error) {
            showTrouble(byId("expire-dialog").querySelector(".trouble"), error);
          } finally {
            byId("expire").disabled = false;
          }
        }
        """#
}
