extension PageScript {
    /// Elements, words for times, and requests.
    static let base = #"""
        "use strict";

        const byId = (id) => document.getElementById(id);

        // An element with these properties and children. Strings become text, whatever they hold.
        function make(tag, properties, ...children) {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(properties || {})) {
            if (name === "key") node.dataset.key = value;
            else if (name.startsWith("aria-") || name === "role") node.setAttribute(name, value);
            else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
            else node[name] = value;
          }
          node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
          return node;
        }

        // A link to another site, or only its text when it is no http address.
        function outside(address, words) {
          let url = null;
          try { url = new URL(address); } catch { return null; }
          if (url.protocol !== "http:" && url.protocol !== "https:") return null;
          return make("a", { href: url.href, rel: "noopener noreferrer", target: "_blank", className: "button" }, words);
        }

        // A details element that stays open when the page is drawn anew.
        const opened = new Set();
        function foldable(key, title, ...children) {
          const node = make("details", { open: opened.has(key) }, make("summary", { key }, title), ...children);
          node.addEventListener("toggle", () => { if (node.open) opened.add(key); else opened.delete(key); });
          return node;
        }

        // Milliseconds that the server's clock is ahead of the browser's.
        let clockLead = 0;
        const serverNow = () => Date.now() + clockLead;
        const dateAndTime = new Intl.DateTimeFormat(language === "ja" ? "ja" : undefined, { dateStyle: "medium", timeStyle: "medium" });
        const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

        function moment(text) {
          const time = Date.parse(text);
          return Number.isNaN(time) ? String(text) : dateAndTime.format(time);
        }

        function span(milliseconds) {
          const seconds = Math.max(0, Math.round(milliseconds / 1000));
          if (seconds < 90) return t("{0} s", seconds);
          const minutes = Math.round(seconds / 60);
          if (minutes < 90) return t("{0} min", minutes);
          const hours = Math.round(minutes / 60);
          return hours < 48 ? t("{0} h", hours) : t("{0} days", Math.round(hours / 24));
        }

        // How long ago, or in how long; kept right by keepAges.
        function age(text) {
          const node = make("time", { dateTime: text, title: moment(text) });
          showAge(node);
          return node;
        }

        function showAge(node) {
          const time = Date.parse(node.dateTime);
          if (Number.isNaN(time)) { node.textContent = node.dateTime; return; }
          const away = time - serverNow();
          node.textContent = away > 0 ? t("in {0}", span(away)) : t("{0} ago", span(-away));
        }

        function keepAges() { for (const node of document.querySelectorAll("time")) showAge(node); }

        // The server cannot be reached, in contrast to an answer that says no.
        class Unreachable extends Error {}

        // Sends a request to this instance; gives the text of the answer.
        async function ask(path, options) {
          let answer;
          let text;
          try {
            answer = await fetch(path, {
              cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(30000), headers: { Accept: "application/json" }, ...options,
            });
            text = await answer.text();
          } catch (error) {
            throw new Unreachable(String(error.message || error));
          }
          const date = Date.parse(answer.headers.get("Date") || "");
          // The field has whole seconds: half a second is the best guess of the rest.
          if (!Number.isNaN(date)) clockLead = Math.abs(date + 500 - Date.now()) < 2000 ? 0 : date + 500 - Date.now();
          if (!answer.ok) throw new Error(refusal(answer.status, text));
          return text;
        }

        // What an answer that says no says, in each of the shapes that the API has.
        function refusal(status, text) {
          let body = null;
          try { body = JSON.parse(text); } catch { return text.trim() || t("answered with status {0}", status); }
          if (typeof body === "string") return body;
          if (body && body.error) return body.advice ? body.error + "\n" + body.advice : String(body.error);
          return body && body.message ? String(body.message) : t("answered with status {0}", status);
        }

        function showTrouble(node, error) {
          const text = error ? error.message || String(error) : "";
          if (node.textContent !== text) node.textContent = text;
          node.hidden = !error;
        }

        // A matcher as the API reads it: quoted, so that any name and any value is only text.
        function matcherText(name, operator, value) {
          const quoted = (text) => '"' + text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n") + '"';
          return (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name)) + operator + quoted(value);
        }

        const filters = (matchers) => matchers.map(([name, operator, value]) => "filter=" + encodeURIComponent(matcherText(name, operator, value))).join("&");

        function labelList(labels, except) {
          const names = Object.keys(labels || {}).filter((name) => name !== except).sort();
          return make("ul", { className: "labels", "aria-label": t("Labels") }, ...names.map((name) => make("li", {}, name + "=" + JSON.stringify(labels[name]))));
        }

        const nameOf = (labels) => (labels && labels.alertname) || t("(no alertname)");
        const summaryOf = (annotations) => (annotations && (annotations.summary || annotations.title || annotations.message || annotations.description)) || "";
        """#
}
