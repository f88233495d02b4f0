extension PageScript {
    /// Silences: the list, a new one, the end of one.
    static let silences = #"""
        const operators = ["=", "!=", "=~", "!~"];
        // In minutes.
        const durations = [["30 min", 30], ["1 h", 60], ["2 h", 120], ["4 h", 240], ["8 h", 480], ["1 day", 1440], ["3 days", 4320], ["7 days", 10080]];
        const operatorOf = (matcher) => operators[(matcher.isRegex ? 2 : 0) + (matcher.isEqual === false ? 1 : 0)];

        function silenceCard(silence) {
          const state = silence.status.state;
          const times = state === "expired" ? parts("ended {0}", age(silence.endsAt)) : state === "pending" ? parts("begins {0}, ends {1}", age(silence.startsAt), moment(silence.endsAt)) : parts("ends {0}, {1}", age(silence.endsAt), moment(silence.endsAt));
          return make("li", { className: state === "active" ? "card good" : "card", id: "silence-" + silence.id, tabIndex: -1 },
            make("h3", {}, silence.comment || t("(no comment)"), " ", make("span", { className: state === "active" ? "badge good" : "badge" }, t(state))),
            make("ul", { className: "labels", "aria-label": t("Matchers") }, ...silence.matchers.map((matcher) => make("li", {}, matcherText(matcher.name, operatorOf(matcher), matcher.value)))),
            make("p", { className: "soft" }, t("by {0}", silence.createdBy) + t(", "), ...times),
            state === "expired" ? null : make("p", { className: "actions" },
              make("button", { type: "button", key: "expire-" + silence.id, className: "expire", onclick: () => askToExpire(silence) }, t("Expire"))));
        }

        // A link may ask for the silences of a label: those that have a matcher like each of its own.
        const isSilenceInView = (silence) => silenceView.every(([name, operator, value]) =>
          silence.matchers.some((matcher) => matcher.name === name && operatorOf(matcher) === operator && matcher.value === value));

        draw.silences = {
          depends: ["silences"],
          more: () => "",
          count: (silences) => t("{0} in force or to come", silences.filter((silence) => silence.status.state !== "expired").length),
          content(all) {
            const silences = all.filter(isSilenceInView);
            const open = silences.filter((silence) => silence.status.state !== "expired");
            const over = silences.filter((silence) => silence.status.state === "expired").sort((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt));
            return [
              ...(open.length ? pages("silences", open, shownAtOnce, silenceCard) : nothing(t("No silence."))),
              ...(over.length ? [foldable("expired", t("{0} expired", over.length), ...pages("expired", over, 50, silenceCard))] : []),
            ];
          },
        };

        // MARK: a new silence

        let counting = 0;

        function addMatcher(name, operator, value) {
          const row = make("div", { className: "matcher" },
            make("input", { value: name, placeholder: t("label"), className: "name", autocapitalize: "off", autocomplete: "off", spellcheck: false, "aria-label": t("Label name"), oninput: countMatches }),
            make("select", { className: "operator", "aria-label": t("Operator"), onchange: countMatches }, ...operators.map((text) => make("option", { value: text, selected: text === operator }, text))),
            make("input", { value, placeholder: t("value"), className: "value", autocapitalize: "off", autocomplete: "off", spellcheck: false, "aria-label": t("Value"), oninput: countMatches }),
            make("button", { type: "button", className: "remove", "aria-label": t("Remove this matcher"), onclick: () => { row.remove(); byId("add-matcher").focus(); countMatches(); } }, "✕"));
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
            let words = t("Say which alerts: a silence needs a matcher.");
            if (matchers.length) {
              try {
                const count = JSON.parse(await ask("api/v2/alerts?" + filters(matchers))).length;
                words = count === 0 ? t("No alert matches now.") : count === 1 ? t("1 alert matches now.") : t("{0} alerts match now.", count);
              } catch (error) {
                words = error.message;
              }
            }
            byId("matched").textContent = words;
          }, 300);
        }

        function newSilence(labels) {
          openSilenceForm({ matchers: Object.entries(labels).sort().map(([name, value]) => [name, "=", value]), comment: "" });
        }

        function editSilence(silence) {
          const isOver = silence.status.state === "expired";
          openSilenceForm({
            matchers: silence.matchers.map((matcher) => [matcher.name, operatorOf(matcher), matcher.value]), comment: silence.comment,
            id: isOver ? "" : silence.id, startsAt: isOver ? "" : silence.startsAt,
          });
        }

        // The silence that the form changes; neither for a new one.
        let edited = { id: "", startsAt: "" };

        function openSilenceForm({ matchers, comment, trouble, id, startsAt }) {
          edited = { id: id || "", startsAt: startsAt || "" };
          byId("silence-title").textContent = t(id ? "Edit silence" : "New silence");
          byId("matchers").replaceChildren();
          for (const [name, operator, value] of matchers) addMatcher(name, operator, value);
          if (!matchers.length) addMatcher("alertname", "=", "");
          byId("comment").value = comment;
          byId("durations").querySelector("input[value='60']").checked = true;
          byId("author").value = remembered("author");
          byId("matched").textContent = "";
          showTrouble(byId("silence-form").querySelector(".trouble"), trouble || null);
          countMatches();
          if (!byId("silence-dialog").open) byId("silence-dialog").showModal();
          const last = byId("matchers").lastElementChild.querySelector(".value");
          (matchers.length ? byId(byId("author").value ? "comment" : "author") : last).focus();
        }

        async function submitSilence(event) {
          event.preventDefault();
          const trouble = byId("silence-form").querySelector(".trouble");
          const author = byId("author").value.trim();
          const comment = byId("comment").value.trim();
          const matchers = givenMatchers();
          const missing = !matchers.length ? t("Say which alerts: a silence needs a matcher.")
            : matchers.some(([name]) => name === "") ? t("A matcher has no label name.")
            : !author ? t("Say who you are, so that others can ask you.")
            : !comment ? t("Say why, so that others understand.") : "";
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
                ...(edited.id ? { id: edited.id } : {}), startsAt: edited.startsAt || new Date(now).toISOString(), endsAt: new Date(now + minutes * 60000).toISOString(), createdBy: author, comment,
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
          byId("expire-text").textContent = silence.matchers.map((matcher) => matcherText(matcher.name, operatorOf(matcher), matcher.value)).join(", ") + "\n" + t("by {0}", silence.createdBy) + ": " + silence.comment;
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
