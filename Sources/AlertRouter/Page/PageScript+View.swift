extension PageScript {
    /// What a link asks to see: the addresses that Alertmanager's page has, and that stand in messages.
    ///
    /// `#/alerts?filter={…}&receiver=…&silenced=…&inhibited=…&muted=…&active=…`, `#/silences?filter={…}`, `#/silences/new?filter={…}&comment=…`,
    /// `#/silences/ID`, `#/silences/ID/edit`, `#/status`.
    static let view = #"""
        // The part of the alerts, and of the silences, that is shown.
        let view = { parameters: "", matchers: [], receiver: "", hidden: new Set() };
        let silenceView = [];
        let viewTrouble = null;
        let viewsTaken = 0;

        // Matchers as they stand in a link: {name="value", other=~"value"}, with or without braces and quotes.
        function parseMatchers(text) {
          let rest = text.trim();
          if (rest.startsWith("{") && rest.endsWith("}")) rest = rest.slice(1, -1);
          const found = [];
          const refuse = () => { throw new Error(t("The filter of this link cannot be read: {0}", text)); };
          const take = (pattern) => {
            const match = pattern.exec(rest);
            if (match) rest = rest.slice(match[0].length);
            return match;
          };
          const escapes = { n: "\n", t: "\t", r: "\r" };
          const unquoted = (quoted) => quoted.replace(/\\(.)/gs, (_, mark) => escapes[mark] || mark);
          while (take(/^\s*,?\s*/) && rest) {
            const name = take(/^"((?:[^"\\]|\\.)*)"/s) || take(/^([^\s=!~,{}"]+)/) || refuse();
            const operator = take(/^\s*(=~|!~|!=|=)\s*/) || refuse();
            const quoted = take(/^"((?:[^"\\]|\\.)*)"/s);
            const value = quoted ? unquoted(quoted[1]) : (take(/^[^,"]*/) || refuse())[0].trim();
            if (rest && !/^\s*,/.test(rest)) refuse();
            found.push([name[0].startsWith("\"") ? unquoted(name[1]) : name[1], operator[1], value]);
          }
          return found;
        }

        function takeView(parameters) {
          const receiver = parameters.get("receiver") || "";
          const hidden = new Set(["silenced", "inhibited", "muted", "active"].filter((name) => parameters.get(name) === "false"));
          view = { parameters: "", matchers: [], receiver, hidden };
          viewTrouble = null;
          try {
            view.matchers = parameters.getAll("filter").flatMap(parseMatchers);
          } catch (error) {
            viewTrouble = error;
          }
          // Time intervals are no matter of the API's: the page itself leaves those out.
          const wanted = [filters(view.matchers), receiver ? "receiver=" + encodeURIComponent(receiver) : "",
            ...[...hidden].filter((name) => name !== "muted").map((name) => name + "=false")];
          view.parameters = wanted.filter((part) => part).join("&");
          viewsTaken += 1;
        }

        const hasView = () => view.parameters !== "" || view.hidden.size > 0;
        const isInView = (alert) => !view.hidden.has("muted") || (alert.status.mutedBy || []).length === 0;

        // Says what is left out, and how to see it.
        function showView() {
          const names = { silenced: "nothing silenced", inhibited: "nothing inhibited", muted: "nothing muted", active: "nothing that fires" };
          const words = [
            ...view.matchers.map(([name, operator, value]) => matcherText(name, operator, value)),
            ...(view.receiver ? [t("receiver {0}", view.receiver)] : []), ...[...view.hidden].map((name) => t(names[name])),
          ];
          byId("view").hidden = !hasView();
          byId("view-text").textContent = t("Only: {0}", words.join(t(", ")));
          if (viewTrouble) showTrouble(byId("alerts").querySelector(".trouble"), viewTrouble);
        }

        async function showAll() {
          takeView(new URLSearchParams());
          history.replaceState(null, "", location.pathname + location.search);
          byId("search").focus();
          await refresh();
        }

        // The address of what is shown, with the alert that is explained.
        function noteAddress(fingerprint) {
          const known = /^#\/alerts\?(.*)$/.exec(location.hash);
          if (!hasView() || !known) {
            history.replaceState(null, "", fingerprint ? "#explain=" + fingerprint : location.pathname + location.search);
            return;
          }
          const parameters = new URLSearchParams(known[1]);
          parameters.delete("explain");
          if (fingerprint) parameters.set("explain", fingerprint);
          history.replaceState(null, "", "#/alerts?" + parameters);
        }

        async function followSilence(id, isEdited) {
          const silence = (sections.silences.data || []).find((other) => other.id === id);
          byId("silences").open = true;
          if (!silence) {
            showTrouble(byId("silences").querySelector(".trouble"), new Error(t("There is no silence {0}.", id)));
            return;
          }
          if (isEdited) { editSilence(silence); return; }
          if (silence.status.state === "expired") { opened.add("expired"); limits.set("expired", Infinity); } else limits.set("silences", Infinity);
          viewsTaken += 1;
          show();
          const card = byId("silence-" + id);
          if (card) { card.scrollIntoView(); card.focus(); }
        }

        // An address of Alertmanager's page.
        async function followRoute(path, query) {
          const parameters = new URLSearchParams(query);
          const silence = /^silences\/([^/]+)(\/edit)?$/.exec(path);
          if (path === "alerts") {
            takeView(parameters);
            byId("alerts").open = true;
            await refresh();
            const asked = parameters.get("explain");
            if (asked) await openExplanation(asked);
          } else if (path === "silences/new") {
            let matchers = [];
            let trouble = null;
            try { matchers = parameters.getAll("filter").flatMap(parseMatchers); } catch (error) { trouble = error; }
            openSilenceForm({ matchers, comment: parameters.get("comment") || "", trouble });
          } else if (path === "silences") {
            try { silenceView = parameters.getAll("filter").flatMap(parseMatchers); } catch { silenceView = []; }
            viewsTaken += 1;
            byId("silences").open = true;
            await refresh();
            byId("silences").scrollIntoView();
          } else if (silence) {
            await followSilence(silence[1], silence[2]);
          } else if (path === "status" || path === "settings") {
            document.querySelector("footer").scrollIntoView();
          }
        }

        // A link to a section, to an explanation or to a place of Alertmanager's page opens it.
        async function followHash() {
          const section = sections[location.hash.slice(1)] && byId(location.hash.slice(1));
          if (section) { section.open = true; return; }
          const route = /^#\/([^?]*)(?:\?(.*))?$/.exec(location.hash);
          if (route) { await followRoute(route[1].replace(/\/$/, ""), route[2] || ""); return; }
          const match = /^#explain=([0-9a-f]+)$/.exec(location.hash);
          if (match) await openExplanation(match[1]);
        }

        // MARK: long lists

        // How many of a list are shown, by its key.
        const limits = new Map();
        let limitsMoved = 0;

        // The first of a long list, how many there are, and a button for more.
        function pages(key, items, step, card) {
          const shown = Math.min(items.length, limits.get(key) || step);
          const nodes = [make("ul", {}, ...items.slice(0, shown).map(card))];
          if (shown < items.length) {
            const more = Math.min(step, items.length - shown);
            const grow = () => { limits.set(key, shown + step); limitsMoved += 1; show(); };
            nodes.push(make("p", { className: "more" }, t("{0} of {1} shown.", shown, items.length), " ",
              make("button", { type: "button", key: "more-" + key, onclick: grow }, t("Show {0} more", more))));
          }
          return nodes;
        }
        """#
}
