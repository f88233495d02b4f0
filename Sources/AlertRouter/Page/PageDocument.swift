/// The document of the status page. It has no code and no style of its own, and nothing that anybody sent: the script fills it in.
enum PageDocument {
    static var html: String {
        #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Flatalert</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23c62828'/%3E%3C/svg%3E">
        <link rel="stylesheet" href="page.css">
        <script type="module" src="page.js"></script>
        </head>
        <body>
        <header>
        <h1>Flatalert <small>\#(ProductInfo.version)</small></h1>
        <p id="state" role="status">Loading …</p>
        <button type="button" id="refresh">Refresh</button>
        </header>
        <noscript>
        <p class="trouble">This page needs JavaScript. Without it: <a href="api/v2/alerts">alerts</a>, <a href="api/v2/silences">silences</a>,
        <a href="api/v2/status">status</a>, <a href="metrics">metrics</a>, or <code>flatalert alert query</code> in a terminal.</p>
        </noscript>
        <p id="trouble" class="trouble" role="alert" hidden></p>
        <nav aria-label="Sections">
        <a href="#alerts">Alerts</a> <a href="#groups">Groups</a> <a href="#silences">Silences</a> <a href="#receivers">Receivers</a> <a href="#inbox">Inbox</a>
        </nav>
        <main>
        <details id="alerts" open>
        <summary><h2>Alerts <span class="count"></span></h2></summary>
        <p id="view" hidden><span id="view-text"></span> <button type="button" id="show-all">Show all</button></p>
        <label class="search">Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
        <p class="trouble" role="alert" hidden></p>
        <div class="content"></div>
        </details>
        <details id="groups">
        <summary><h2>Groups <span class="count"></span></h2></summary>
        <p class="trouble" role="alert" hidden></p>
        <div class="content"></div>
        </details>
        <details id="silences" open>
        <summary><h2>Silences <span class="count"></span></h2></summary>
        <p><button type="button" id="new-silence">New silence</button></p>
        <p class="trouble" role="alert" hidden></p>
        <div class="content"></div>
        </details>
        <details id="receivers" open>
        <summary><h2>Receivers <span class="count"></span></h2></summary>
        <p class="trouble" role="alert" hidden></p>
        <div class="content"></div>
        </details>
        <details id="inbox" open>
        <summary><h2>Inbox <span class="count"></span></h2></summary>
        <p class="trouble" role="alert" hidden></p>
        <div class="content"></div>
        </details>
        </main>
        <footer><a href="api/v2/status">Status and configuration</a> <a href="metrics">Metrics</a></footer>
        <dialog id="silence-dialog" aria-labelledby="silence-title">
        <form id="silence-form">
        <h2 id="silence-title">New silence</h2>
        <fieldset>
        <legend>Alerts whose labels match all of these</legend>
        <div id="matchers"></div>
        <button type="button" id="add-matcher">Add a matcher</button>
        <p id="matched" role="status"></p>
        </fieldset>
        <fieldset>
        <legend>For how long</legend>
        <div id="durations" class="choices"></div>
        </fieldset>
        <label>Your name <input id="author" required maxlength="200" autocomplete="name"></label>
        <label>Comment <textarea id="comment" required maxlength="2000" rows="2"></textarea></label>
        <p class="trouble" role="alert" hidden></p>
        <p class="actions"><button type="submit" class="main">Silence</button> <button type="button" id="cancel-silence">Cancel</button></p>
        </form>
        </dialog>
        <dialog id="expire-dialog" aria-labelledby="expire-title">
        <h2 id="expire-title">End this silence?</h2>
        <p id="expire-text"></p>
        <p class="trouble" role="alert" hidden></p>
        <p class="actions"><button type="button" id="expire" class="main">Expire</button> <button type="button" id="keep">Keep it</button></p>
        </dialog>
        </body>
        </html>

        """#
    }
}
