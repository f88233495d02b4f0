extension PageScript {
    /// The words of the page in the reader's language. The key of a text is the text in English; `{0}`, `{1}` … stand for what is put in.
    ///
    /// What the server says, such as explanations and refusals, is shown as it comes.
    static let words = #"""
        const japanese = {
          "Alerts": "アラート", "Groups": "グループ", "Silences": "サイレンス", "Receivers": "通知先", "Inbox": "受信箱",
          "Refresh": "更新", "Loading …": "読み込み中…", "Search": "検索", "Sections": "目次", "Labels": "ラベル", "Matchers": "マッチャー",
          "New silence": "新しいサイレンス", "Edit silence": "サイレンスの変更", "Status and configuration": "状態と設定", "Metrics": "メトリクス",
          "Alerts whose labels match all of these": "次のすべてに一致するアラート", "Add a matcher": "マッチャーを追加",
          "For how long": "期間", "Your name": "名前", "Comment": "コメント", "Silence": "静める", "Cancel": "やめる",
          "End this silence?": "このサイレンスを終わらせますか?", "Expire": "終わらせる", "Keep it": "残す", "Show all": "すべて表示",
          "30 min": "30 分", "1 h": "1 時間", "2 h": "2 時間", "4 h": "4 時間", "8 h": "8 時間", "1 day": "1 日", "3 days": "3 日", "7 days": "7 日",
          "{0} s": "{0} 秒", "{0} min": "{0} 分", "{0} h": "{0} 時間", "{0} days": "{0} 日", "in {0}": "{0}後", "{0} ago": "{0}前",
          "Flatalert does not answer since {0}.": "Flatalert は {0} から応答していません。", "What you see is of {0}.": "表示は {0} のものです。",
          "Is it running?": "動いていますか?", "answered with status {0}": "ステータス {0} の応答",
          "{0} firing": "発生中 {0} 件", "Nothing fires": "発生中なし", "{0} muted": "抑止中 {0} 件", " (old)": "(古い情報)", ", ": "、",
          "(no alertname)": "(alertname なし)", "(no comment)": "(コメントなし)",
          "firing": "発生中", "silenced": "サイレンス中", "inhibited": "抑制中", "muted": "時間帯で停止中", "active": "有効", "pending": "開始前", "expired": "終了",
          "resolved": "解決", "began {0} → {1}": "{0}に発生 → {1}", "Silenced by {0} until {1}: {2}": "{0} によるサイレンス({1} まで):{2}",
          "Silenced by {0}": "サイレンス {0}", "Inhibited by {0}": "{0} により抑制", "Muted by the time interval {0}": "時間帯 {0} により停止",
          "Source": "発生元", "source": "発生元", "Annotations": "注釈", "Why?": "なぜ?", "Hide why": "理由を閉じる", "Asking …": "問い合わせ中…",
          "None of {0} alerts has that.": "{0} 件のアラートに該当はありません。", "No alert. All is quiet.": "アラートはありません。平穏です。",
          "No alert passes this view.": "この条件に該当するアラートはありません。",
          "{0} of {1} shown.": "{1} 件中 {0} 件を表示。", "Show {0} more": "さらに {0} 件表示", "{0} of {1}": "{1} 件中 {0} 件",
          "No group.": "グループはありません。", "{0} alert": "アラート {0} 件", "{0} alerts": "アラート {0} 件",
          "Only: {0}": "絞り込み:{0}", "receiver {0}": "通知先 {0}", "nothing silenced": "サイレンス中を除く", "nothing inhibited": "抑制中を除く",
          "nothing muted": "時間帯で停止中を除く", "nothing that fires": "発生中を除く", "There is no silence {0}.": "サイレンス {0} はありません。",
          "The filter of this link cannot be read: {0}": "リンクのフィルターを読めません:{0}",
          "{0} in force or to come": "有効または開始前 {0} 件", "No silence.": "サイレンスはありません。", "{0} expired": "終了 {0} 件",
          "ended {0}": "{0}に終了", "begins {0}, ends {1}": "{0}に開始、{1} まで", "ends {0}, {1}": "{0}に終了、{1}", "by {0}": "{0} による",
          "Label name": "ラベル名", "label": "ラベル", "Operator": "演算子", "Value": "値", "value": "値", "Remove this matcher": "このマッチャーを除く",
          "Say which alerts: a silence needs a matcher.": "どのアラートかを指定してください。サイレンスにはマッチャーが必要です。",
          "No alert matches now.": "現在、一致するアラートはありません。", "1 alert matches now.": "現在、アラート 1 件に一致します。",
          "{0} alerts match now.": "現在、アラート {0} 件に一致します。", "A matcher has no label name.": "ラベル名のないマッチャーがあります。",
          "Say who you are, so that others can ask you.": "名前を入れてください。ほかの人が尋ねられるように。",
          "Say why, so that others understand.": "理由を入れてください。ほかの人にわかるように。",
          "nothing sent yet": "まだ送信なし", "last delivery failed {0}: {1}": "最後の送信は{0}に失敗:{1}", "last delivered {0}": "最後の送信は{0}に成功",
          "no route leads here": "ここへのルートなし", "tells nobody: it has no integration": "通知手段がないため、誰にも知らせません",
          "{0}, route {1} → {2}": "{0}、ルート {1} → {2}", "{0} more left out": "ほか {0} 件省略",
          "No message. flatalert test-fire sends one, if a receiver leads here.": "メッセージはありません。ここへの通知先があれば、flatalert test-fire で試せます。",
        };

        // The first language of the reader that there are words for; English for everybody else.
        const language = (navigator.languages || []).map((name) => name.toLowerCase().split("-")[0]).find((name) => name === "ja" || name === "en") || "en";
        const wordsOf = (text) => (language === "ja" && Object.hasOwn(japanese, text) ? japanese[text] : text);

        // A text in the reader's language, with these put in.
        function t(text, ...values) {
          return wordsOf(text).replace(/\{(\d)\}/g, (_, place) => String(values[place]));
        }

        // The same as a list of children: what is put in may be elements.
        function parts(text, ...values) {
          return wordsOf(text).split(/\{(\d)\}/).map((part, index) => (index % 2 ? values[part] : part));
        }

        // The document itself is written in English.
        function translateDocument() {
          document.documentElement.lang = language;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const text = node.nodeValue.trim();
            if (text) node.nodeValue = node.nodeValue.replace(text, () => wordsOf(text));
          }
          for (const node of document.querySelectorAll("[aria-label]")) node.setAttribute("aria-label", wordsOf(node.getAttribute("aria-label")));
        }
        """#
}
