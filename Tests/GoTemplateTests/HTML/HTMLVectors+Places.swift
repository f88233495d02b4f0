extension HTMLVector {
    /// Values in every kind of place, and templates around them, with what html/template of Go 1.19 makes of them.
    static let places: [HTMLVector] = [
        HTMLVector(#"{{.s}}"#, gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#)),
        HTMLVector(#"<p>{{.s}}</p>"#, gives: .printed(#"<p>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</p>"#)),
        HTMLVector(#"{{.html | safeHtml}}"#, gives: .printed(#"<i title="1>2">a &amp; b</i><!-- c --><script>x<1</script>t"#)),
        HTMLVector(#"{{.nil}}|{{.nope}}|{{.m.nope}}"#, gives: .printed(#"||"#)),
        HTMLVector(#"{{.l}} {{.m}} {{.f}} {{.t}}"#, gives: .printed(#"[a &lt;b&gt; c&#39;] map[a:&amp; k:v&lt;] 1.5 true"#)),
        HTMLVector(#"<title>{{.s}}</title>"#, gives: .printed(#"<title>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</title>"#)),
        HTMLVector(
            #"<textarea>{{.html | safeHtml}}</textarea>"#,
            gives: .printed(
                #"<textarea>&lt;i title=&#34;1&gt;2&#34;&gt;a &amp; b&lt;/i&gt;&lt;!-- c --&gt;&lt;script&gt;x&lt;1&lt;/script&gt;t</textarea>"#
            )),
        HTMLVector(#"<{{.word}}>"#, gives: .printed(#"&lt;Title>"#)),
        HTMLVector(#"<{{.word}} {{.word}}>"#, gives: .printed(#"&lt;Title Title>"#)),
        HTMLVector(#"<a{{.word}}>"#, gives: .printed(#"<atitle>"#)),
        HTMLVector(#"</{{.word}}>"#, gives: .printed(#"&lt;/Title>"#)),
        HTMLVector(#"a < b {{.e}}<{{/* c */}}b>"#, gives: .printed(#"a &lt; b &lt;b>"#)),
        HTMLVector(#"{{.s | html}}"#, gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀"#)),
        HTMLVector(#"{{html .s .n}}"#, gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀42"#)),
        HTMLVector(#"{{.q | urlquery}}"#, gives: .printed(#"%C3%A4%2Bb%2Fc%3Fd%3De%26f"#)),
        HTMLVector(
            #"{{.html | safeHtml | html}}"#,
            gives: .printed(#"&lt;i title=&#34;1&gt;2&#34;&gt;a &amp;amp; b&lt;/i&gt;&lt;!-- c --&gt;&lt;script&gt;x&lt;1&lt;/script&gt;t"#)
        ),
        HTMLVector(#"{{.s | html | print}}"#, gives: .refused(#"predefined escaper"#)),
        HTMLVector(#"{{urlquery .q | html}}"#, gives: .refused(#"predefined escaper"#)),
        HTMLVector(
            #"{{(.s | html)}}"#,
            gives: .printed(#"x&amp;lt;b&amp;gt;y&amp;amp;z&amp;lt;/b&amp;gt;&amp;#34;q&amp;#39; &#43; `= 😀"#)),
        HTMLVector(#"{{html}}"#, gives: .printed(#""#)),
        HTMLVector(
            #"{{$x := html .s | print}}{{$x}}"#,
            gives: .printed(#"x&amp;lt;b&amp;gt;y&amp;amp;z&amp;lt;/b&amp;gt;&amp;#34;q&amp;#39; &#43; `= 😀"#)),
        HTMLVector(#"{{$x := .s}}{{$x}}"#, gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#)),
        HTMLVector(#"{{printf "<%s>" .word}}"#, gives: .printed(#"&lt;Title&gt;"#)),
        HTMLVector(#"{{print .nil .e .nope}}"#, gives: .printed(#"&lt;nil&gt;&lt;nil&gt;"#)),
        HTMLVector(#"{{"<" | js}}"#, gives: .printed(#"\u003C"#)),
        HTMLVector(#"{{.s | printf "%s" | html}}"#, gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀"#)),
        HTMLVector(#"<p title="{{.s}}">"#, gives: .printed(#"<p title="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀">"#)),
        HTMLVector(#"<p title='{{.s}}'>"#, gives: .printed(#"<p title='x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀'>"#)),
        HTMLVector(
            #"<p title={{.s}}>"#,
            gives: .printed(#"<p title=x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39;&#32;&#43;&#32;&#96;&#61;&#32;😀>"#)),
        HTMLVector(#"<p title={{.e}}x>"#, gives: .printed(#"<p title=ZgotmplZx>"#)),
        HTMLVector(#"<p title="{{.html | safeHtml}}">"#, gives: .printed(#"<p title="a &amp; bt">"#)),
        HTMLVector(#"<p title={{.html | safeHtml}}>"#, gives: .printed(#"<p title=a&#32;&amp;&#32;bt>"#)),
        HTMLVector(#"<p title={{.s | html}}>"#, gives: .refused(#"predefined escaper"#)),
        HTMLVector(#"<p title="{{.s | html}}">"#, gives: .printed(#"<p title="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀">"#)),
        HTMLVector(
            #"<p title="{{.s | urlquery}}">"#,
            gives: .printed(#"<p title="x%3Cb%3Ey%26z%3C%2Fb%3E%22q%27&#43;%2B&#43;%60%3D&#43;%F0%9F%98%80">"#)),
        HTMLVector(#"<p title={{.q | urlquery}}>"#, gives: .printed(#"<p title=%C3%A4%2Bb%2Fc%3Fd%3De%26f>"#)),
        HTMLVector(#"<p {{.word}}="v">"#, gives: .printed(#"<p title="v">"#)),
        HTMLVector(#"<p {{.on}}="v">"#, gives: .printed(#"<p ZgotmplZ="v">"#)),
        HTMLVector(#"<p {{.word}}>"#, gives: .printed(#"<p title>"#)),
        HTMLVector(#"<p data-{{.word}}="v">"#, gives: .printed(#"<p data-title="v">"#)),
        HTMLVector(#"<p title{{.word}}="v">"#, gives: .printed(#"<p titletitle="v">"#)),
        HTMLVector(#"<p title = {{.word}} alt=x>"#, gives: .printed(#"<p title = Title alt=x>"#)),
        HTMLVector(#"<p title={{.word}}{{.n}}>"#, gives: .printed(#"<p title=Title42>"#)),
        HTMLVector(#"<p {{if .t}}title="x"{{end}} {{if .z}}alt="y"{{end}}>"#, gives: .printed(#"<p title="x" >"#)),
        HTMLVector(#"<p title={{if .t}}{{.word}}{{else}}"a"{{end}}>"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(#"<p title={{if .t}}"{{.word}}"{{else}}"a"{{end}}>"#, gives: .printed(#"<p title="Title">"#)),
        HTMLVector(#"<p title="{{if .t}}{{.s}}{{else}}"{{end}}>"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(
            #"<input value="{{.s}}" checked>"#,
            gives: .printed(#"<input value="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀" checked>"#)),
        HTMLVector(#"<p class="a {{.word}} b">"#, gives: .printed(#"<p class="a Title b">"#)),
        HTMLVector("<p title=\"a\nb{{.s}}\">", gives: .printed("<p title=\"a\nbx&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀\">")),
        HTMLVector(#"<td bgcolor="{{.col}}" width={{.n}}>"#, gives: .printed(#"<td bgcolor="red" width=42>"#)),
        HTMLVector(#"<p a"b>"#, gives: .refused(#"in attribute name"#)),
        HTMLVector(#"<p =x>"#, gives: .refused(#"expected space"#)),
        HTMLVector(#"<p title=a"b>"#, gives: .refused(#"in unquoted attr"#)),
        HTMLVector(#"<p title=`{{.s}}`>"#, gives: .refused(#"in unquoted attr"#)),
        HTMLVector(#"<img alt={{.jp}} src={{.rel}}>"#, gives: .printed(#"<img alt=日本&#32;語 src=/p:q?x>"#)),
        HTMLVector(#"<a href="{{.u}}">"#, gives: .printed(#"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(#"<a href="/p/{{.u}}">"#, gives: .printed(#"<a href="/p/https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href="/p?q={{.u}}">"#,
            gives: .printed(#"<a href="/p?q=https%3a%2f%2fh.example%2fp%20a%2f%3fq%3d1%26r%3d%2520%202%23f%3c%3e%27">"#)),
        HTMLVector(#"<a href={{.u}}>"#, gives: .printed(#"<a href=https://h.example/p%20a/?q&#61;1&amp;r&#61;%20%202#f%3c%3e%27>"#)),
        HTMLVector(#"<a href="{{.js}}">"#, gives: .printed(##"<a href="#ZgotmplZ">"##)),
        HTMLVector(#"<a href="/p/{{.js}}">"#, gives: .printed(#"<a href="/p/javascript:alert%281%29">"#)),
        HTMLVector(#"<a href="/p?q={{.js}}">"#, gives: .printed(#"<a href="/p?q=javascript%3aalert%281%29">"#)),
        HTMLVector(#"<a href={{.js}}>"#, gives: .printed(#"<a href=#ZgotmplZ>"#)),
        HTMLVector(#"<a href="{{.rel}}">"#, gives: .printed(#"<a href="/p:q?x">"#)),
        HTMLVector(#"<a href="/p/{{.rel}}">"#, gives: .printed(#"<a href="/p//p:q?x">"#)),
        HTMLVector(#"<a href="/p?q={{.rel}}">"#, gives: .printed(#"<a href="/p?q=%2fp%3aq%3fx">"#)),
        HTMLVector(#"<a href={{.rel}}>"#, gives: .printed(#"<a href=/p:q?x>"#)),
        HTMLVector(#"<a href="{{.mail}}">"#, gives: .printed(#"<a href="MAILTO:x@y">"#)),
        HTMLVector(#"<a href="/p/{{.mail}}">"#, gives: .printed(#"<a href="/p/MAILTO:x@y">"#)),
        HTMLVector(#"<a href="/p?q={{.mail}}">"#, gives: .printed(#"<a href="/p?q=MAILTO%3ax%40y">"#)),
        HTMLVector(#"<a href={{.mail}}>"#, gives: .printed(#"<a href=MAILTO:x@y>"#)),
        HTMLVector(#"<a href="{{.sch}}">"#, gives: .printed(##"<a href="#ZgotmplZ">"##)),
        HTMLVector(#"<a href="/p/{{.sch}}">"#, gives: .printed(#"<a href="/p/ftp://x">"#)),
        HTMLVector(#"<a href="/p?q={{.sch}}">"#, gives: .printed(#"<a href="/p?q=ftp%3a%2f%2fx">"#)),
        HTMLVector(#"<a href={{.sch}}>"#, gives: .printed(#"<a href=#ZgotmplZ>"#)),
        HTMLVector(#"<a href="{{.s}}">"#, gives: .printed(#"<a href="x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60=%20%f0%9f%98%80">"#)),
        HTMLVector(
            #"<a href="/p/{{.s}}">"#,
            gives: .printed(#"<a href="/p/x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60=%20%f0%9f%98%80">"#)),
        HTMLVector(
            #"<a href="/p?q={{.s}}">"#,
            gives: .printed(#"<a href="/p?q=x%3cb%3ey%26z%3c%2fb%3e%22q%27%20%2b%20%60%3d%20%f0%9f%98%80">"#)),
        HTMLVector(#"<a href={{.s}}>"#, gives: .printed(#"<a href=x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60&#61;%20%f0%9f%98%80>"#)),
        HTMLVector(#"<a href="{{.e}}">"#, gives: .printed(#"<a href="">"#)),
        HTMLVector(#"<a href="/p/{{.e}}">"#, gives: .printed(#"<a href="/p/">"#)),
        HTMLVector(#"<a href="/p?q={{.e}}">"#, gives: .printed(#"<a href="/p?q=">"#)),
        HTMLVector(#"<a href={{.e}}>"#, gives: .printed(#"<a href=ZgotmplZ>"#)),
        HTMLVector(#"<a href="{{.q}}">"#, gives: .printed(#"<a href="%c3%a4&#43;b/c?d=e&amp;f">"#)),
        HTMLVector(#"<a href="/p/{{.q}}">"#, gives: .printed(#"<a href="/p/%c3%a4&#43;b/c?d=e&amp;f">"#)),
        HTMLVector(#"<a href="/p?q={{.q}}">"#, gives: .printed(#"<a href="/p?q=%c3%a4%2bb%2fc%3fd%3de%26f">"#)),
        HTMLVector(#"<a href={{.q}}>"#, gives: .printed(#"<a href=%c3%a4&#43;b/c?d&#61;e&amp;f>"#)),
        HTMLVector(
            #"<a href="{{.html | safeHtml}}">"#,
            gives: .printed(
                #"<a href="%3ci%20title=%221%3e2%22%3ea%20&amp;amp;%20b%3c/i%3e%3c!--%20c%20--%3e%3cscript%3ex%3c1%3c/script%3et">"#)),
        HTMLVector(
            #"<a href="/p/{{.html | safeHtml}}">"#,
            gives: .printed(
                #"<a href="/p/%3ci%20title=%221%3e2%22%3ea%20&amp;amp;%20b%3c/i%3e%3c!--%20c%20--%3e%3cscript%3ex%3c1%3c/script%3et">"#)),
        HTMLVector(
            #"<a href="/p?q={{.html | safeHtml}}">"#,
            gives: .printed(
                #"<a href="/p?q=%3ci%20title%3d%221%3e2%22%3ea%20%26amp%3b%20b%3c%2fi%3e%3c%21--%20c%20--%3e%3cscript%3ex%3c1%3c%2fscript%3et">"#
            )),
        HTMLVector(
            #"<a href={{.html | safeHtml}}>"#,
            gives: .printed(
                #"<a href=%3ci%20title&#61;%221%3e2%22%3ea%20&amp;amp;%20b%3c/i%3e%3c!--%20c%20--%3e%3cscript%3ex%3c1%3c/script%3et>"#)),
        HTMLVector(#"<a href="{{.js | safeUrl}}">"#, gives: .printed(#"<a href="javascript:alert%281%29">"#)),
        HTMLVector(#"<a href="/p/{{.js | safeUrl}}">"#, gives: .printed(#"<a href="/p/javascript:alert%281%29">"#)),
        HTMLVector(#"<a href="/p?q={{.js | safeUrl}}">"#, gives: .printed(#"<a href="/p?q=javascript:alert%281%29">"#)),
        HTMLVector(#"<a href={{.js | safeUrl}}>"#, gives: .printed(#"<a href=javascript:alert%281%29>"#)),
        HTMLVector(#"<a href="{{.u | safeUrl}}">"#, gives: .printed(#"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href="/p/{{.u | safeUrl}}">"#,
            gives: .printed(#"<a href="/p/https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href="/p?q={{.u | safeUrl}}">"#,
            gives: .printed(#"<a href="/p?q=https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href={{.u | safeUrl}}>"#,
            gives: .printed(#"<a href=https://h.example/p%20a/?q&#61;1&amp;r&#61;%20%202#f%3c%3e%27>"#)),
        HTMLVector(#"<a href="{{.n}}">"#, gives: .printed(#"<a href="42">"#)),
        HTMLVector(#"<a href="/p/{{.n}}">"#, gives: .printed(#"<a href="/p/42">"#)),
        HTMLVector(#"<a href="/p?q={{.n}}">"#, gives: .printed(#"<a href="/p?q=42">"#)),
        HTMLVector(#"<a href={{.n}}>"#, gives: .printed(#"<a href=42>"#)),
        HTMLVector(#"<a href="{{.nil}}">"#, gives: .printed(#"<a href="">"#)),
        HTMLVector(#"<a href="/p/{{.nil}}">"#, gives: .printed(#"<a href="/p/">"#)),
        HTMLVector(#"<a href="/p?q={{.nil}}">"#, gives: .printed(#"<a href="/p?q=">"#)),
        HTMLVector(#"<a href={{.nil}}>"#, gives: .printed(#"<a href=ZgotmplZ>"#)),
        HTMLVector(
            #"<a href="{{.u | urlquery}}">"#,
            gives: .printed(#"<a href="https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27">"#)),
        HTMLVector(
            #"<a href="/p/{{.u | urlquery}}">"#,
            gives: .printed(#"<a href="/p/https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27">"#)),
        HTMLVector(
            #"<a href="/p?q={{.u | urlquery}}">"#,
            gives: .printed(#"<a href="/p?q=https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27">"#)),
        HTMLVector(
            #"<a href={{.u | urlquery}}>"#,
            gives: .printed(#"<a href=https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27>"#)),
        HTMLVector(#"<a href="{{.u | html}}">"#, gives: .printed(#"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href="/p/{{.u | html}}">"#,
            gives: .printed(#"<a href="/p/https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href="/p?q={{.u | html}}">"#,
            gives: .printed(#"<a href="/p?q=https%3a%2f%2fh.example%2fp%20a%2f%3fq%3d1%26r%3d%2520%202%23f%3c%3e%27">"#)),
        HTMLVector(
            #"<a href={{.u | html}}>"#,
            gives: .printed(#"<a href=https://h.example/p%20a/?q&#61;1&amp;amp;r&#61;%20%202#f&amp;lt;&amp;gt;&amp;#39;>"#)),
        HTMLVector(#"<a href="{{urlquery .q .sp}}">"#, gives: .printed(#"<a href="%C3%A4%2Bb%2Fc%3Fd%3De%26fa&#43;b">"#)),
        HTMLVector(#"<a href="/p/{{urlquery .q .sp}}">"#, gives: .printed(#"<a href="/p/%C3%A4%2Bb%2Fc%3Fd%3De%26fa&#43;b">"#)),
        HTMLVector(#"<a href="/p?q={{urlquery .q .sp}}">"#, gives: .printed(#"<a href="/p?q=%C3%A4%2Bb%2Fc%3Fd%3De%26fa&#43;b">"#)),
        HTMLVector(#"<a href={{urlquery .q .sp}}>"#, gives: .printed(#"<a href=%C3%A4%2Bb%2Fc%3Fd%3De%26fa&#43;b>"#)),
        HTMLVector(
            #"<a href='{{.u}}#{{.q}}'>"#,
            gives: .printed(#"<a href='https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27#%c3%a4%2bb%2fc%3fd%3de%26f'>"#)),
        HTMLVector(#"<a href="{{.sch}}:{{.rel}}">"#, gives: .printed(##"<a href="#ZgotmplZ:/p:q?x">"##)),
        HTMLVector(#"<a href="{{if .t}}/a{{else}}/b{{end}}{{.q}}">"#, gives: .printed(#"<a href="/a%c3%a4&#43;b/c?d=e&amp;f">"#)),
        HTMLVector(#"<a href="{{if .t}}/a?{{else}}/b{{end}}{{.q}}">"#, gives: .refused(#"ambiguous context"#)),
        HTMLVector(#"<a href="{{if .t}}/a?{{else}}/b{{end}}">"#, gives: .printed(#"<a href="/a?">"#)),
        HTMLVector(#"<a href="{{if .z}}{{.u}}{{end}}?x={{.q}}">"#, gives: .printed(#"<a href="?x=%c3%a4%2bb%2fc%3fd%3de%26f">"#)),
        HTMLVector(
            #"<a href="javascript:{{.s}}">"#,
            gives: .printed(#"<a href="javascript:x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60=%20%f0%9f%98%80">"#)),
        HTMLVector(#"<a href=" {{.js}}">"#, gives: .printed(#"<a href=" #ZgotmplZ">"#)),
        HTMLVector(#"<a href="//{{.word}}/">"#, gives: .printed(#"<a href="//Title/">"#)),
        HTMLVector(#"<a HREF="{{.js}}">"#, gives: .printed(##"<a HREF="#ZgotmplZ">"##)),
        HTMLVector(#"<a data-href="{{.js}}">"#, gives: .printed(##"<a data-href="#ZgotmplZ">"##)),
        HTMLVector(#"<a xlink:href="{{.js}}">"#, gives: .printed(##"<a xlink:href="#ZgotmplZ">"##)),
        HTMLVector(#"<a my-uri="{{.js}}">"#, gives: .printed(##"<a my-uri="#ZgotmplZ">"##)),
        HTMLVector(#"<p xmlns:a="{{.js}}">"#, gives: .printed(##"<p xmlns:a="#ZgotmplZ">"##)),
        HTMLVector(#"<img src="cid:{{.q}}">"#, gives: .printed(#"<img src="cid:%c3%a4&#43;b/c?d=e&amp;f">"#)),
        HTMLVector(#"<form action="{{.u}}">"#, gives: .printed(#"<form action="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(#"<a href="?{{range .l}}&x={{.}}{{end}}">"#, gives: .printed(#"<a href="?&x=a&x=%3cb%3e&x=c%27">"#)),
        HTMLVector(#"<a href="{{range .l}}/{{.}}{{end}}">"#, gives: .printed(#"<a href="/a/%3cb%3e/c%27">"#)),
        HTMLVector(#"<a href="{{range .l}}{{.}}?{{end}}">"#, gives: .printed(#"<a href="a?%3cb%3e?c%27?">"#)),
        HTMLVector(#"<a href="{{range .l}}{{.}}?{{end}}{{.q}}">"#, gives: .refused(#"ambiguous context"#)),
        HTMLVector(#"<a href="&#63;{{.q}}">"#, gives: .printed(#"<a href="&#63;%c3%a4%2bb%2fc%3fd%3de%26f">"#)),
        HTMLVector(#"<a href="/a&amp;b={{.q}}">"#, gives: .printed(#"<a href="/a&amp;b=%c3%a4&#43;b/c?d=e&amp;f">"#)),
        HTMLVector(
            #"<a href="{{.u}}&amp;a=b">"#,
            gives: .printed(#"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27&amp;a=b">"#)),
        HTMLVector(#"a<!-- {{.s}} -->b"#, gives: .printed(#"ab"#)),
        HTMLVector(#"<!-- {{if .t}}x{{else}}y{{end}} -->z"#, gives: .printed(#"z"#)),
        HTMLVector(#"<!--[if mso]>{{.s}}<![endif]-->z"#, gives: .printed(#"z"#)),
        HTMLVector(#"<!-- {{if .t}}-->{{.s}}{{end}}"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(#"<style>/* {{"x"}} */p{}</style>"#, gives: .printed(#"<style>  p{}</style>"#)),
        HTMLVector(#"a<!-- x"#, gives: .refused(#"non-text context"#)),
        HTMLVector(#"<!-- <a href="{{.u}}"> --><p>"#, gives: .printed(#"<p>"#)),
        HTMLVector(
            #"<p style="background: {{if .t}}#E6522C{{else}}#68B90F{{end}}">{{.s}}</p>"#,
            gives: .printed(#"<p style="background: #E6522C">x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</p>"#)),
        HTMLVector(#"<p style="color:{{if .z}}red{{end}};">"#, gives: .printed(#"<p style="color:;">"#)),
        HTMLVector(
            #"<style>p { {{if .t}}color: red{{else}}color: green{{end}} }</style>{{.s}}"#,
            gives: .printed(#"<style>p { color: red }</style>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#)),
        HTMLVector(
            #"<p style="font-family: &quot;A&quot;, 'B'; background: url(http://x/y?z#f)">{{.s}}"#,
            gives: .printed(
                #"<p style="font-family: &quot;A&quot;, 'B'; background: url(http://x/y?z#f)">x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#
            )),
        HTMLVector(#"<p style="a:{{if .t}}url({{else}}x{{end}}">"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(
            "<style>a{b:url('x')}/* y */ c > d {e:f} // g\n</style>{{.s}}",
            gives: .printed("<style>a{b:url('x')}  c > d {e:f} \n</style>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀")),
        HTMLVector(#"<div style="{{range .l}}a:b;{{end}}">"#, gives: .printed(#"<div style="a:b;a:b;a:b;">"#)),
        HTMLVector(#"<p style=color:red title={{.word}}>"#, gives: .printed(#"<p style=color:red title=Title>"#)),
        HTMLVector(#"{{if .t}}<p{{end}}>"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(#"{{if .t}}<p title="{{else}}<p title='{{end}}x"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(#"{{range .l}}<p {{end}}>"#, gives: .refused(#"in attribute name"#)),
        HTMLVector(#"{{range .l}}{{.}}<br>{{else}}none{{end}}"#, gives: .printed(#"a<br>&lt;b&gt;<br>c&#39;<br>"#)),
        HTMLVector(#"{{range .el}}{{.}}{{else}}<i>none</i>{{end}}"#, gives: .printed(#"<i>none</i>"#)),
        HTMLVector(#"{{with .s}}<b>{{.}}</b>{{end}}"#, gives: .printed(#"<b>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</b>"#)),
        HTMLVector(#"{{with .e}}<b>{{else}}<b>{{end}}</b>"#, gives: .printed(#"<b></b>"#)),
        HTMLVector(#"{{range .l}}<a href="{{if eq . "a"}}{{break}}{{end}}">{{end}}"#, gives: .refused(#"at range loop"#)),
        HTMLVector(
            #"{{range .l}}{{if eq . "a"}}{{continue}}{{end}}<b>{{.}}</b>{{end}}"#,
            gives: .printed(#"<b>&lt;b&gt;</b><b>c&#39;</b>"#)),
        HTMLVector(#"{{range .l}}<b>{{.}}{{if eq . "<b>"}}{{break}}{{end}}</b>{{end}}"#, gives: .printed(#"<b>a</b><b>&lt;b&gt;"#)),
        HTMLVector(#"{{range .l}}{{break}}<a "{{end}}x"#, gives: .printed(#"x"#)),
        HTMLVector(#"<p title="{{range .l}}{{.}} {{end}}">"#, gives: .printed(#"<p title="a &lt;b&gt; c&#39; ">"#)),
        HTMLVector(
            #"<ul>{{range $i, $e := .l}}<li id="i{{$i}}">{{$e}}</li>{{end}}</ul>"#,
            gives: .printed(#"<ul><li id="i0">a</li><li id="i1">&lt;b&gt;</li><li id="i2">c&#39;</li></ul>"#)),
        HTMLVector(#"{{if .t}}{{if .z}}<p{{end}}{{end}}>"#, gives: .refused(#"branches end in different"#)),
        HTMLVector(#"<p title="{{.s}}"#, gives: .refused(#"non-text context"#)),
        HTMLVector(#"<p"#, gives: .refused(#"non-text context"#)),
        HTMLVector(#"<script>"#, gives: .refused(#"non-text context"#)),
        HTMLVector(#"<title>{{.s}}"#, gives: .refused(#"non-text context"#)),
        HTMLVector(#"{{.s}}<!--"#, gives: .refused(#"non-text context"#)),
        HTMLVector(
            #"{{template "d" .}}<p title="{{template "d" .}}" id={{template "d" .}}><a href="{{template "d" .}}">{{template "d" .}}</a><a href="?{{template "d" .}}">"#,
            [#"{{define "d"}}{{.s}}{{end}}"#],
            gives: .printed(
                #"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀<p title="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀" id=x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39;&#32;&#43;&#32;&#96;&#61;&#32;😀><a href="x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60=%20%f0%9f%98%80">x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</a><a href="?x%3cb%3ey%26z%3c%2fb%3e%22q%27%20%2b%20%60%3d%20%f0%9f%98%80">"#
            )),
        HTMLVector(
            #"{{define "a"}}<a href="{{end}}{{template "a"}}{{.u}}">"#,
            gives: .printed(#"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">"#)),
        HTMLVector(#"{{template "no" .}}"#, gives: .refused(#"no such template"#)),
        HTMLVector(#"{{if .z}}{{template "no" .}}{{end}}"#, gives: .refused(#"no such template"#)),
        HTMLVector(#"{{define "e"}}{{end}}x{{template "e"}}"#, gives: .printed(#"x"#)),
        HTMLVector(#"{{block "b" .}}<i>{{.s}}</i>{{end}}"#, gives: .printed(#"<i>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</i>"#)),
        HTMLVector(
            #"<p title="{{block "b" .}}<i>{{.s}}</i>{{end}}">"#,
            gives: .printed(#"<p title="<i>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</i>">"#)),
        HTMLVector(
            #"{{template "r" .deep}}"#, [#"{{define "r"}}{{range .l}}<p title="{{.v}}">{{.n}}{{template "r" .}}</p>{{end}}{{end}}"#],
            gives: .printed(#"<p title="&lt;1&gt;">1</p><p title="&#34;2&#34;">2</p>"#)),
        HTMLVector(
            #"<p title="{{template "r" .deep}}">"#, [#"{{define "r"}}{{range .l}}[{{.v}}]{{template "r" .}}{{end}}{{end}}"#],
            gives: .printed(#"<p title="[&lt;1&gt;][&#34;2&#34;]">"#)),
        HTMLVector(
            #"{{template "r" .}}"#, [#"{{define "r"}}<p title="{{if .nope}}{{template "r" .nope}}{{end}}{{.s}}{{end}}"#],
            gives: .refused(#"in attribute name"#)),
        HTMLVector(
            #"{{template "r" .}}"#, [#"{{define "r"}}{{if .nope}}{{template "r" .nope}}{{end}}<p title="{{.s}}{{end}}"#],
            gives: .refused(#"html/template:"#)),
        HTMLVector(
            #"<a href="{{template "url" .}}">{{template "url" .}}</a>"#,
            [#"{{define "url"}}{{.u}}/#/alerts?receiver={{.q | urlquery}}{{end}}"#],
            gives: .printed(
                #"<a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27/#/alerts?receiver=%C3%A4%2Bb%2Fc%3Fd%3De%26f">https://h.example/p a/?q=1&amp;r=%20 2#f&lt;&gt;&#39;/#/alerts?receiver=%C3%A4%2Bb%2Fc%3Fd%3De%26f</a>"#
            )),
        HTMLVector(
            #"{{template "x" .}}"#,
            [#"{{define "x"}}{{template "y" .}}{{end}}{{define "y"}}<b>{{template "z" .s}}</b>{{end}}{{define "z"}}{{.}}{{end}}"#],
            gives: .printed(#"<b>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</b>"#)),
        HTMLVector(
            #"{{define "q"}}{{if .t}}"{{end}}{{end}}<p title={{template "q" .}}x">"#,
            gives: .refused(#"branches end in different"#)),
        HTMLVector(
            ##"<!DOCTYPE html><html lang="{{.word}}"><head><meta charset="utf-8"><title>{{.s}}</title><style>p > a { color: #348eda; }</style></head><body style="margin: 0;" bgcolor="#f6f6f6"><table cellpadding=0><tr><td class="alert" style="background: {{ if gt (len .l) 0 }}#E6522C{{ else }}#68B90F{{ end }}" align=center>{{ len .l }} alert{{ if gt (len .l) 1 }}s{{ end }} for {{ range .deep.l }}{{ .n }}={{ .v }} {{ end }}</td></tr></table><a href="{{ .u }}" target="_blank">View</a><br />{{ range .deep.l }}{{ .n }} = {{ .v }}<br />{{ end }}</body></html>"##,
            gives: .printed(
                ##"<!DOCTYPE html><html lang="Title"><head><meta charset="utf-8"><title>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</title><style>p > a { color: #348eda; }</style></head><body style="margin: 0;" bgcolor="#f6f6f6"><table cellpadding=0><tr><td class="alert" style="background: #E6522C" align=center>3 alerts for 1=&lt;1&gt; 2=&#34;2&#34; </td></tr></table><a href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27" target="_blank">View</a><br />1 = &lt;1&gt;<br />2 = &#34;2&#34;<br /></body></html>"##
            )),
        HTMLVector(
            #"<script type="text/x-template"><b>{{.s}}</b></script>"#,
            gives: .printed(#"<script type="text/x-template"><b>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</b></script>"#)),
        HTMLVector(
            #"<script type="text/javascript">var a = "<b>";</script>{{.s}}"#,
            gives: .printed(#"<script type="text/javascript">var a = "<b>";</script>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#)),
        HTMLVector(#"<iframe srcdoc="{{.s}}">"#, gives: .printed(#"<iframe srcdoc="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀">"#)),
        HTMLVector(#"<object data="{{.js}}">"#, gives: .printed(##"<object data="#ZgotmplZ">"##)),
        HTMLVector(
            #"<meta http-equiv="{{.s}}" content="{{.s}}">"#,
            gives: .printed(
                #"<meta http-equiv="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀" content="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀">"#
            )),
        HTMLVector(#"<svg:a svg:href="{{.js}}">"#, gives: .printed(##"<svg:a svg:href="#ZgotmplZ">"##)),
        HTMLVector(
            #"<x-y title="{{.s}}">{{.s}}</x-y>"#,
            gives: .printed(
                #"<x-y title="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀">x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</x-y>"#)),
        HTMLVector(
            #"<a title="1>2" {{if .t}}href="{{.u}}"{{end}}>{{.s}}</a>"#,
            gives: .printed(
                #"<a title="1>2" href="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27">x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀</a>"#
            )),
    ]
}
