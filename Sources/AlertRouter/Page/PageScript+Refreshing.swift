extension PageScript {
    /// What is asked for, how often, and what is drawn when it changed.
    static let refreshing = #"""
        const every = 10000;
        const sections = {
          alerts: { path: () => "api/v2/alerts" + (view.parameters ? "?" + view.parameters : "") },
          silences: { path: () => "api/v2/silences" },
          groups: { path: () => "api/v2/alerts/groups" + (view.parameters ? "?" + view.parameters : "") },
          receivers: { path: () => "api/flatalert/v1/receivers" },
          inbox: { path: () => "api/flatalert/v1/inbox" },
        };
        const draw = {};
        let timer = 0;
        // The look that is under way, and whether somebody wanted one since it began.
        let running = null;
        let isWantedAgain = false;
        let lastAnswer = 0;
        let goneSince = 0;

        // Alerts and silences explain each other: both are always wanted. What is folded away is not asked for.
        const isWanted = (name) => name === "alerts" || name === "silences" || byId(name).open;

        async function load(name) {
          const section = sections[name];
          const path = section.path();
          try {
            const text = await ask(path);
            // Meanwhile a link may have asked for something else.
            if (path !== section.path()) return true;
            if (text !== section.text) {
              section.data = JSON.parse(text);
              section.text = text;
            }
            section.error = null;
            return true;
          } catch (error) {
            section.error = error;
            return !(error instanceof Unreachable);
          }
        }

        async function refresh() {
          if (running) { isWantedAgain = true; return running; }
          running = refreshOnce();
          await running;
        }

        async function refreshOnce() {
          isWantedAgain = false;
          clearTimeout(timer);
          const begun = performance.now();
          const names = Object.keys(sections).filter(isWanted);
          const answered = await Promise.all([...names.map(load), ...refreshExplanations()]);
          if (answered.some((isAnswered) => isAnswered)) {
            lastAnswer = Date.now();
            goneSince = 0;
          } else if (!goneSince) {
            goneSince = Date.now();
          }
          if (isWantedAgain) { await refreshOnce(); return; }
          running = null;
          show();
          // A list that takes long is asked for less often.
          schedule(Math.max(every, 5 * (performance.now() - begun)));
        }

        function schedule(wait) {
          clearTimeout(timer);
          if (!document.hidden) timer = setTimeout(refresh, wait);
        }

        function show() {
          const trouble = goneSince
            ? new Error(t("Flatalert does not answer since {0}.", timeOfDay.format(goneSince)) + " "
              + (lastAnswer ? t("What you see is of {0}.", timeOfDay.format(lastAnswer)) : t("Is it running?")))
            : null;
          showTrouble(byId("trouble"), trouble);
          for (const name of Object.keys(sections)) {
            const section = sections[name];
            showTrouble(byId(name).querySelector(".trouble"), goneSince ? null : section.error);
            const state = draw[name].depends.map((other) => sections[other].text || "").join("\u0000") + "\u0000" + [draw[name].more(), limitsMoved, viewsTaken].join("\u0000");
            if (!section.data || section.drawn === state) continue;
            section.drawn = state;
            replace(byId(name).querySelector(".content"), draw[name].content(section.data));
            byId(name).querySelector(".count").textContent = draw[name].count(section.data);
          }
          keepAges();
          showView();
          showState();
        }

        function showState() {
          if (!sections.alerts.data) return;
          const firing = sections.alerts.data.filter((alert) => !isMuted(alert)).length;
          const muted = sections.alerts.data.length - firing;
          const text = (firing ? t("{0} firing", firing) : t("Nothing fires")) + (muted ? t(", ") + t("{0} muted", muted) : "") + (goneSince ? t(" (old)") : "");
          if (byId("state").textContent !== text) byId("state").textContent = text;
          document.title = (firing ? "(" + firing + ") " : "") + "Flatalert";
        }

        // Draws anew without taking the keyboard from what had it.
        function replace(content, nodes) {
          const focused = content.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
          content.replaceChildren(...nodes);
          if (!focused) return;
          for (const node of content.querySelectorAll("[data-key]")) {
            if (node.dataset.key === focused) { node.focus({ preventScroll: true }); break; }
          }
        }

        const nothing = (words) => [make("p", { className: "soft" }, words)];
        """#
}
