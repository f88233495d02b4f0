/// The style of the status page: one column, large targets, the reader's own colours.
enum PageStyle {
    static let css = #"""
        :root {
          color-scheme: light dark;
          --back: #fff; --text: #1c1e21; --soft: #5b6169; --line: #d6d9de; --card: #f6f7f9; --main: #0b57d0; --on-main: #fff;
          --firing: #c62828; --warning: #a15c00; --muted: #5b6169; --good: #1b6e2d; --trouble-back: #fdecea; --trouble: #8c1d18;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #16181b; --text: #e8eaed; --soft: #a9afb7; --line: #3a3f45; --card: #1f2226; --main: #8ab4f8; --on-main: #10233f;
            --firing: #ff8a80; --warning: #ffc46b; --muted: #a9afb7; --good: #81d492; --trouble-back: #4a1f1c; --trouble: #ffd9d6;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 0 1rem 3rem; max-width: 60rem; background: var(--back); color: var(--text);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
        }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem; }
        header p { flex: 1; margin: 0; color: var(--soft); }
        h1 { font-size: 1.5rem; margin: .75rem 0; }
        h1 small { font-size: .9rem; font-weight: normal; color: var(--soft); }
        h2 { font-size: 1.2rem; margin: 0; display: inline; }
        h3 { font-size: 1.05rem; margin: 0; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .5rem 0; }
        nav a, footer a { display: inline-block; padding: .4rem 0; }
        footer { margin-top: 2rem; display: flex; flex-wrap: wrap; gap: 0 1rem; }
        a { color: var(--main); }
        main > details { border-top: 1px solid var(--line); padding: .75rem 0; }
        summary { cursor: pointer; padding: .35rem 0; }
        .count { color: var(--soft); font-weight: normal; }
        ul { list-style: none; margin: 0; padding: 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-left: .35rem solid var(--muted); border-radius: .4rem; padding: .75rem; margin: .6rem 0; }
        .card.firing { border-left-color: var(--firing); }
        .card.warning { border-left-color: var(--warning); }
        .card.good { border-left-color: var(--good); }
        .card p { margin: .35rem 0; white-space: pre-line; }
        .badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: normal; color: var(--muted); }
        .badge.firing { color: var(--firing); }
        .badge.good { color: var(--good); }
        .soft { color: var(--soft); }
        .labels { display: flex; flex-wrap: wrap; gap: .3rem; margin: .4rem 0; }
        .labels li { border: 1px solid var(--line); border-radius: .3rem; padding: 0 .4rem; font: .85rem/1.6 ui-monospace, monospace; white-space: pre-wrap; }
        dl { margin: .4rem 0; display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .15rem .75rem; }
        dt { color: var(--soft); }
        dd { margin: 0; white-space: pre-line; }
        .explanation { border-top: 1px solid var(--line); margin-top: .5rem; padding-top: .5rem; }
        .trouble { background: var(--trouble-back); color: var(--trouble); border-radius: .4rem; padding: .6rem .8rem; white-space: pre-line; }
        .trouble a { color: inherit; }
        button, .button, input, select, textarea {
          font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .4rem; min-height: 2.75rem; padding: .4rem .9rem;
        }
        button, .button { display: inline-flex; align-items: center; justify-content: center; cursor: pointer; text-decoration: none; }
        button:hover, .button:hover { border-color: var(--main); }
        button.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
        button:disabled { opacity: .6; cursor: default; }
        :focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
        .actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .6rem 0 0; }
        #view, .more { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
        .search { display: block; margin: .5rem 0; }
        label > input, label > textarea { display: block; width: 100%; padding: .4rem .6rem; }
        dialog { width: min(40rem, calc(100vw - 1.5rem)); max-height: calc(100dvh - 1.5rem); overflow: auto; background: var(--back); color: var(--text); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
        dialog::backdrop { background: rgb(0 0 0 / .5); }
        fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: .75rem 0; }
        .matcher { display: grid; grid-template-columns: 1fr auto 1fr auto; gap: .35rem; margin: .35rem 0; }
        .matcher input { min-width: 0; width: 100%; padding: .4rem .5rem; }
        .matcher select { padding: .4rem; }
        .choices { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
        .choices label { display: inline-flex; align-items: center; gap: .4rem; min-height: 2.75rem; }
        .choices input { min-height: 0; width: 1.25rem; height: 1.25rem; }
        [hidden] { display: none !important; }
        @media (max-width: 30rem) {
          header { justify-content: space-between; }
          header p { order: 1; flex-basis: 100%; }
          .matcher { grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); padding-bottom: .35rem; }
          .actions button, .actions .button { flex: 1; text-align: center; }
          dl { grid-template-columns: 1fr; }
          dd { margin-bottom: .3rem; }
        }

        """#
}
