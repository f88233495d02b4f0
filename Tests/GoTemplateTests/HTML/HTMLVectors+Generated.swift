extension HTMLVector {
    /// Generated templates, with what html/template of Go 1.19 makes of them.
    static let generated: [HTMLVector] = [
        HTMLVector(
            #"{{$x := .s}}{{if eq .n 42}}{{with $.m}}{{end}}<div Title='v&#39;&quot;'></div>{{end}}<title>-->`</title>'s'<x:y http-equiv="  "></x:y>"#,
            gives: .printed(#"<div Title='v&#39;&quot;'></div><title>-->`</title>'s'<x:y http-equiv="  "></x:y>"#)),
        HTMLVector(
            #"{{$x := .s}}{{template "d1" .}}"#, ["{{define \"d1\"}}?x={{end}}\n{{define \"d2\"}}{{end}}\n{{define \"d3\"}}{{end}}"],
            gives: .printed(#"?x="#)),
        HTMLVector(
            #"{{$x := .s}}{{template "d3" .}}a < b <a srcdoc="{{if and .t .z}}{{end}}" data=''></a>{{.js}}"#,
            [
                "{{define \"d1\"}}{{len .l}}{{end}}\n{{define \"d2\"}}{{.html | urlquery}}{{end}}\n{{define \"d3\"}}{{.u | urlquery}}v{{end}}"
            ],
            gives: .printed(
                #"https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27va &lt; b <a srcdoc="" data=''></a>javascript:alert(1)"#
            )),
        HTMLVector(
            #"&amp; {{range $.l}}&amp; {{end}}{{template "d3" .}}{{.html | safeHtml | html}}"#,
            [
                "{{define \"d1\"}}{{.q}}<!DOCTYPE html>{{end}}\n{{define \"d2\"}}{{$y := .s}}{{$y}}{{if .nope}}{{template \"d1\" .}}{{end}}{{end}}\n{{define \"d3\"}}/p{{end}}"
            ],
            gives: .printed(
                #"&amp; &amp; &amp; &amp; /p&lt;i title=&#34;1&gt;2&#34;&gt;a &amp;amp; b&lt;/i&gt;&lt;!-- c --&gt;&lt;script&gt;x&lt;1&lt;/script&gt;t"#
            )),
        HTMLVector(
            #"{{$x := .s}}{{.e}}{{(.s | html)}}<x:y rel='' data-x=é><!-- <!-- <b> --><!--[if mso]><b><![endif]--> -->"#,
            gives: .printed(#"x&amp;lt;b&amp;gt;y&amp;amp;z&amp;lt;/b&amp;gt;&amp;#34;q&amp;#39; &#43; `= 😀<x:y rel='' data-x=é> -->"#)),
        HTMLVector(
            #"x > y<p width={{if .t}}"x"{{else}}"y"{{end}} xlink:href=></p>{{.n | printf "%d<"}}<option srclang="{{range .l}}{{else}}{{end}}{{.js}}<"></option>"#,
            gives: .printed(#"x > y<p width="x" xlink:href=></p>42&lt;<option srclang="javascript:alert(1)<"></option>"#)),
        HTMLVector(
            #"<x:y data-url={{if .t}}"x"{{else}}"y"{{end}}><style></style><b style=""><!-- &amp; <!doctype html> -->"#,
            gives: .printed(#"<x:y data-url="x"><style></style><b style="">"#)),
        HTMLVector(
            "{{.html | urlquery}}{{.html | urlquery}}<title></title ><textarea> \n <?xml ?></textarea >",
            gives: .printed(
                "%3Ci&#43;title%3D%221%3E2%22%3Ea&#43;%26amp%3B&#43;b%3C%2Fi%3E%3C%21--&#43;c&#43;--%3E%3Cscript%3Ex%3C1%3C%2Fscript%3Et%3Ci&#43;title%3D%221%3E2%22%3Ea&#43;%26amp%3B&#43;b%3C%2Fi%3E%3C%21--&#43;c&#43;--%3E%3Cscript%3Ex%3C1%3C%2Fscript%3Et<title></title ><textarea> \n &lt;?xml ?></textarea >"
            )),
        HTMLVector(
            #"{{$x := .s}}<!-- <hr /> -->&amp; <title target="{{$y := .s}}{{$y}}{{.u | urlquery}}">< p1<2< p</title>{{if .l}}{{.s | safeHtml}}{{else}}<hr /><style></style><style>'</style>{{end}}"#,
            gives: .printed(
                #"&amp; <title target="x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀https%3A%2F%2Fh.example%2Fp&#43;a%2F%3Fq%3D1%26r%3D%2520&#43;2%23f%3C%3E%27">&lt; p1&lt;2&lt; p</title>x<b>y&z</b>"q' + `= 😀"#
            )),
        HTMLVector(
            #"{{$x := .s}}{{template "d2" .}}<TITLE {{.html | safeHtml}}="v">--></TITLE >"#,
            [
                "{{define \"d1\"}}{{range .deep.l}}<td></td><input></input>{{end}}{{end}}\n{{define \"d2\"}}\"{{end}}\n{{define \"d3\"}}?x={{end}}"
            ],
            gives: .printed(#""<TITLE ZgotmplZ="v">--></TITLE >"#)),
        HTMLVector(
            #"{{template "d3" .}}{{template "d2" .}}"#,
            [
                "{{define \"d1\"}}&amp;{{end}}\n{{define \"d2\"}}{{.mail}}{{end}}\n{{define \"d3\"}}--<p class={{toUpper .s}}é{{.mail}}>{{end}}"
            ],
            gives: .printed(#"--<p class=X&lt;B&gt;Y&amp;Z&lt;/B&gt;&#34;Q&#39;&#32;&#43;&#32;&#96;&#61;&#32;😀éMAILTO:x@y>MAILTO:x@y"#)),
        HTMLVector(
            #"{{$x := .s}}{{- len .l -}}<custom-el data='{{.js}}' type=></custom-el><td>-->"#,
            gives: .printed(#"3<custom-el data='#ZgotmplZ' type=></custom-el><td>-->"#)),
        HTMLVector(
            #"{{.l}}<p href="http://h/">{{.l}}<b alt="{{if .nope}}x=y{{else if not .t}}&quot;{{.mail}}{{end}}" bgcolor="{{.m.k}}>">"#,
            gives: .printed(#"[a &lt;b&gt; c&#39;]<p href="http://h/">[a &lt;b&gt; c&#39;]<b alt="" bgcolor="v&lt;>">"#)),
        HTMLVector(
            #"<div id="&#39;{{if .z}}a b{{else}}{{if not .t}}{{if eq .n 42}}{{else}}{{html .s .n}}{{end}}{{if and .t .z}}{{.n}}é{{else if .l}}{{.q}}<{{end}}{{else}}{{if and .t .z}}  {{end}}{{end}}  {{end}}" background={{if .t}}"x"{{else}}"y"{{end}}><div><p ><!-- <hr /> -->"#,
            gives: .printed(#"<div id="&#39;  " background="x"><div><p >"#)),
        HTMLVector(
            "{{$x := .s}}{{if .e}}{{if not .t}}`<p class='<v{{if .e}}{{else}}{{.t}}a b{{end}}'></p>{{.js}}{{end}}<div HREF\n=''></div>{{.js | safeUrl}}{{else}}{{end}}",
            gives: .printed(#""#)),
        HTMLVector(
            "<br {{.nope}}><!--  \n  --><P xlink:href='?{{.word}}' datasrc=\"?a=\"></P>text ",
            gives: .printed(#"<br ZgotmplZ><P xlink:href='?Title' datasrc="?a="></P>text "#)),
        HTMLVector(
            ##"a < b <b data-url="#f{{range .l}}{{end}}{{.sp}}" {{.html}}></b><input></input>"##,
            gives: .printed(##"a &lt; b <b data-url="#fa%20b" ZgotmplZ></b><input></input>"##)),
        HTMLVector(
            #"{{$x := .s}}<p data-x={{with $.m}}&quot;{{$.u}}{{end}}{{.m.k}}></"#,
            gives: .printed(#"<p data-x=&quot;https://h.example/p&#32;a/?q&#61;1&amp;r&#61;%20&#32;2#f&lt;&gt;&#39;v&lt;>&lt;/"#)),
        HTMLVector(
            "{{$x := .s}}</p>{{range .el}}{{html .s .n}}<title>x > y\t&amp; </title><x:y>{{continue}}<!--  -->{{end}}",
            gives: .printed(#"</p>"#)),
        HTMLVector(
            #"{{$x := .s}}<!-- &amp; </ --><b data-x='/{{.jp}}{{.s}}' {{template "d3" .}}><a></a>"#,
            [
                "{{define \"d1\"}}<td rel=\"{{index .l 1}}\">{{end}}\n{{define \"d2\"}}{{urlquery .q .sp}}{{if .nope}}{{template \"d1\" .}}{{end}}{{end}}\n{{define \"d3\"}} {{end}}"
            ],
            gives: .printed(#"<b data-x='/日本 語x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀'  ><a></a>"#)),
        HTMLVector(
            #"{{.js | safeUrl}}<custom-el src-set='`{{.deep.l}}' {{.amp}}="v"></custom-el></"#,
            gives: .printed(
                #"javascript:alert(1)<custom-el src-set='`[map[n:1%20v:%3c1%3e]%20map[n:2%20v:%222%22]]' ZgotmplZ="v"></custom-el>&lt;/"#)),
        HTMLVector(
            #"{{template "d2" .}}{{.s | safeHtml}}"#,
            ["{{define \"d1\"}}{{.m}}{{end}}\n{{define \"d2\"}}{{html .s}}\">{{end}}\n{{define \"d3\"}}/p{{end}}"],
            gives: .printed(#"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀">x<b>y&z</b>"q' + `= 😀"#)),
        HTMLVector(
            "{{$x := .s}}<!-- 's'{{.f}} -->1<2<style>)url(\"\n</style><custom-el target=>",
            gives: .printed("1&lt;2<style>)url(\"\n</style><custom-el target=>")),
        HTMLVector(
            #"{{$x := .s}}<script type="text/template"></script>{{/* c */}}"#,
            gives: .printed(#"<script type="text/template"></script>"#)),
        HTMLVector(
            #"{{if .t}}`{{else}}{{.rel}}{{len .l}}<style>redURL ('&quot;font: "A B"</style>{{end}}<style>")</style>"#,
            gives: .printed(#"`<style>")</style>"#)),
        HTMLVector(
            #"{{$x := .s}}<textarea {{.on}}>'s'日本< p</textarea >{{html (urlquery .q)}}<!--[if mso]><b><![endif]-->{{.rel}}"#,
            gives: .printed(#"<textarea ZgotmplZ>'s'日本&lt; p</textarea >%C3%A4%2Bb%2Fc%3Fd%3De%26f/p:q?x"#)),
        HTMLVector(
            #"<option>{{template "d1" .}}{{template "d3" .}}&lt;"#,
            [
                "{{define \"d1\"}}{{printf \"%s?%s\" .rel .q}}v{{end}}\n{{define \"d2\"}}{{print .s .n}}{{if .nope}}{{template \"d1\" .}}{{end}}{{end}}\n{{define \"d3\"}}{{.deep.l}}{{end}}"
            ],
            gives: .printed(#"<option>/p:q?x?ä&#43;b/c?d=e&amp;fv[map[n:1 v:&lt;1&gt;] map[n:2 v:&#34;2&#34;]]&lt;"#)),
        HTMLVector(
            #"{{$x := .s}}<title name={{.nil}}><br></title ><custom-el>{{/* c */}}"#,
            gives: .printed(#"<title name=ZgotmplZ>&lt;br></title ><custom-el>"#)),
        HTMLVector(
            #"{{$x := .s}}<x:y xlink:href='{{$y := .s}}{{$y}}'>{{.word}}<img></img>&lt;"#,
            gives: .printed(#"<x:y xlink:href='x%3cb%3ey&amp;z%3c/b%3e%22q%27%20&#43;%20%60=%20%f0%9f%98%80'>Title<img></img>&lt;"#)),
        HTMLVector(
            #"<title>{{.rel}}<!-- <b> --><?xml ?></title><title>{{.word}}</title >"#,
            gives: .printed(#"<title>/p:q?x&lt;!-- &lt;b> -->&lt;?xml ?></title><title>Title</title >"#)),
        HTMLVector(
            #"{{$x := .s}}{{if and .t .z}}<div a:b=""></div><a></a><h1>{{else}}<h1 ></h1>{{end}}<h1 {{template "d1" .}} {{.rel}}></h1>{{/* c */}}"#,
            ["{{define \"d1\"}}v{{end}}\n{{define \"d2\"}}{{end}}\n{{define \"d3\"}}\"{{end}}"],
            gives: .printed(#"<h1 ></h1><h1 v ZgotmplZ></h1>"#)),
        HTMLVector(
            #"{{$x := .s}}{{template "d3" .}}<textarea {{.html}}="v">{{len .l}}日本x > y</textarea>{{range $.l}}{{$.s | safeHtml}}{{end}}"#,
            ["{{define \"d1\"}}{{.sp}}\">{{end}}\n{{define \"d2\"}}<br>{{end}}\n{{define \"d3\"}}{{.s}}{{end}}"],
            gives: .printed(
                #"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀<textarea ZgotmplZ="v">3日本x > y</textarea>x<b>y&z</b>"q' + `= 😀x<b>y&z</b>"q' + `= 😀x<b>y&z</b>"q' + `= 😀"#
            )),
        HTMLVector(
            #"{{$x := .s}}'s'<br xmlns:foo="x=y{{html .s}}"></br>{{.nil}}<script type="text/template">text </script>"#,
            gives: .printed(
                #"'s'<br xmlns:foo="x=yx%3cb%3ey&amp;z%3c/b%3e%22q%27%20+%20%60=%20%f0%9f%98%80"></br><script type="text/template">text </script>"#
            )),
        HTMLVector(
            #"{{template "d2" .}}{{eq .n 42}}<?xml ?>"#,
            ["{{define \"d1\"}}<p Title=\"\">{{end}}\n{{define \"d2\"}}{{.mail}}{{end}}\n{{define \"d3\"}}{{.s}}v{{end}}"],
            gives: .printed(#"MAILTO:x@ytrue&lt;?xml ?>"#)),
        HTMLVector(
            #"{{$x := .s}}{{template "d1" .}}{{/* c */}}"#,
            ["{{define \"d1\"}} title=\"a\"{{end}}\n{{define \"d2\"}}{{.html | urlquery}}?{{end}}\n{{define \"d3\"}}<br><P></P>{{end}}"],
            gives: .printed(#" title="a""#)),
        HTMLVector(
            #"{{$x := .s}}<svg data-x=""><img a:b={{.q}}{{.rel}}{{len .l}}>"#,
            gives: .printed(#"<svg data-x=""><img a:b=ä&#43;b/c?d&#61;e&amp;f/p:q?x3>"#)),
        HTMLVector(
            #"{{$x := .s}}<p datasrc="//h{{if and .t .z}}{{end}}{{.html | urlquery}}"></p>"#,
            gives: .printed(
                #"<p datasrc="//h%3Ci&#43;title%3D%221%3E2%22%3Ea&#43;%26amp%3B&#43;b%3C%2Fi%3E%3C%21--&#43;c&#43;--%3E%3Cscript%3Ex%3C1%3C%2Fscript%3Et"></p>"#
            )),
        HTMLVector(
            #"{{$x := .s}}{{.t}}<img curi="" {{.n | printf "%d<"}}></img><title></title >{{html .s}}"#,
            gives: .printed(#"true<img curi="" ZgotmplZ></img><title></title >x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀"#)),
        HTMLVector(
            "{{$x := .s}}{{.html | safeHtml | html}}{{range .deep.l}}<style>curl(\n</style><!-- <!doctype html> -->{{end}}<x:y ></x:y><?xml ?>",
            gives: .printed(
                "&lt;i title=&#34;1&gt;2&#34;&gt;a &amp;amp; b&lt;/i&gt;&lt;!-- c --&gt;&lt;script&gt;x&lt;1&lt;/script&gt;t<style>curl(\n</style><style>curl(\n</style><x:y ></x:y>&lt;?xml ?>"
            )),
        HTMLVector(
            #"{{$x := .s}}<td rel={{.q}} content="é{{.on}}"><b background="" background=>1<2<input></input>"#,
            gives: .printed(#"<td rel=ä&#43;b/c?d&#61;e&amp;f content="éonclick"><b background="" background=>1&lt;2<input></input>"#)),
        HTMLVector(
            "{{$x := .s}}{{urlquery .q .sp}}<hr />\t{{if .nope}}{{else if not .t}}<textarea><?xml ?>< p</textarea>{{.s | html}}{{end}}",
            gives: .printed("%C3%A4%2Bb%2Fc%3Fd%3De%26fa&#43;b<hr />\t")),
        HTMLVector(
            #"{{$x := .s}}<b alt="<&quot;{{range .deep.l}}{{end}}"></b><option></option></"#,
            gives: .printed(#"<b alt="<&quot;"></b><option></option>&lt;/"#)),
        HTMLVector(
            #"{{.t}}<table {{.sp}}="v"></table>{{template "d2" .}}<style></style>"#,
            ["{{define \"d1\"}}{{.jp}}v{{end}}\n{{define \"d2\"}}{{eq .n 42}}v{{end}}\n{{define \"d3\"}}\"{{end}}"],
            gives: .printed(#"true<table ZgotmplZ="v"></table>truev<style></style>"#)),
        HTMLVector(
            #"{{if eq .n 42}}{{/* c */}}{{else}}{{end}}<svg {{template "d2" .}} datasrc="{{.rel}}/p"><P data-href="http:{{if not .t}}{{else}}{{end}}"></P>"#,
            ["{{define \"d1\"}}{{template \"d3\" .}}`{{end}}\n{{define \"d2\"}}&amp;{{end}}\n{{define \"d3\"}}{{.sch}}{{end}}"],
            gives: .printed(#"<svg &amp; datasrc="/p:q?x/p"><P data-href="http:"></P>"#)),
        HTMLVector(
            #"{{$x := .s}}<!-- < p's' --><hr /><br><script type="text/template"></p>= </script>"#,
            gives: .printed(#"<hr /><br><script type="text/template"></p>= </script>"#)),
        HTMLVector(
            "--{{.s | html}}<style>red&quot;font: \"A B\"\n</style><table ></table>",
            gives: .printed("--x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀<style>red&quot;font: \"A B\"\n</style><table ></table>")),
        HTMLVector(
            #""q"<img{{range $.l}}{{continue}} Title{{else}}{{end}}><custom-el></custom-el>"#,
            gives: .printed(#""q"<img><custom-el></custom-el>"#)),
        HTMLVector(
            #"{{$x := .s}}{{html .s}}{{.html | urlquery}}<img curi='{{.nope}}'></img>{{template "d2" .}}"#,
            ["{{define \"d1\"}}{{.u | urlquery}}{{end}}\n{{define \"d2\"}}{{.s}}{{end}}\n{{define \"d3\"}}{{.q}}{{end}}"],
            gives: .printed(
                #"x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; + `= 😀%3Ci&#43;title%3D%221%3E2%22%3Ea&#43;%26amp%3B&#43;b%3C%2Fi%3E%3C%21--&#43;c&#43;--%3E%3Cscript%3Ex%3C1%3C%2Fscript%3Et<img curi=''></img>x&lt;b&gt;y&amp;z&lt;/b&gt;&#34;q&#39; &#43; `= 😀"#
            )),
        HTMLVector(
            #"<svg><TITLE a:b="{{.e}}{{if and .t .z}}{{else}}{{end}}"></TITLE>{{.on}}"#,
            gives: .printed(#"<svg><TITLE a:b=""></TITLE>onclick"#)),
        HTMLVector(
            #"{{$x := .s}}<option src="{{- .u -}}{{.q}}{{template "d1" .}}"><a a:b=>`"#,
            ["{{define \"d1\"}}{{.deep.l}}{{end}}\n{{define \"d2\"}}{{.col}}{{end}}\n{{define \"d3\"}}\"{{end}}"],
            gives: .printed(
                #"<option src="https://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27%c3%a4&#43;b/c?d=e&amp;f#ZgotmplZ"><a a:b=>`"#)),
        HTMLVector(
            #"{{$x := .s}}<br {{.u}} poster="{{range .el}}http:{{end}}"><P class="{{if .nope}}{{.t}}{{else}}{{with $.nope}}{{$.n | printf "%d<"}}{{end}}<{{end}}">"#,
            gives: .printed(#"<br ZgotmplZ poster=""><P class="<">"#)),
        HTMLVector(
            "{{$x := .s}}<x:y {{urlquery .q .sp}}=\"v\" curi={{if .t}}\"x\"{{else}}\"y\"{{end}}>{{if .l}}<?xml ?><svg>{{else}}<style>;/*'</style><!-- <!-- <b> -->--> -->{{end}}\t<div></div>",
            gives: .printed("<x:y ZgotmplZ=\"v\" curi=\"x\">&lt;?xml ?><svg>\t<div></div>")),
        HTMLVector(
            #"{{$x := .s}}{{with $.nope}}{{end}}<h1 srclang='<{{if .e}}{{else}}{{.col}}{{end}}>'><!-- <!DOCTYPE html>日本 --><br></br>"#,
            gives: .printed(#"<h1 srclang='<red>'><br></br>"#)),
        HTMLVector(
            #"{{$x := .s}}<input xmlns:foo='a b&#39;{{.f}}' {{.nil}}="v">{{printf "%s?%s" .rel .q}}&amp; {{.mail}}"#,
            gives: .printed(#"<input xmlns:foo='a b&#39;1.5' ZgotmplZ="v">/p:q?x?ä&#43;b/c?d=e&amp;f&amp; MAILTO:x@y"#)),
        HTMLVector(
            "{{$x := .s}}<!--  \n  -->\"q\"<td><title data-x='x=y'>&amp; {{.m.k}}</title>",
            gives: .printed(#""q"<td><title data-x='x=y'>&amp; v&lt;</title>"#)),
        HTMLVector(
            "{{if eq .n 42}}<img formaction=\"{{\"lit<'>\"}}{{.u}}\"></img>{{else if and .t .z}}{{.sp}}{{end}}<!-- \t日本 -->&amp; <img>",
            gives: .printed(#"<img formaction="lit%3c%27%3ehttps://h.example/p%20a/?q=1&amp;r=%20%202#f%3c%3e%27"></img>&amp; <img>"#)),
        HTMLVector(
            #"{{$x := .s}}<style></style>{{with $.nope}}<br action="/p{{$x}} "></br>{{end}}<1><!doctype html>"#,
            gives: .printed(#"<style></style>&lt;1><!doctype html>"#)),
        HTMLVector(
            #"{{$x := .s}}<table></table><table datasrc="{{.nope}}{{.u}}mailto:">{{template "d1" .}}x > y"#,
            gives: .refused(#"no such template"#)),
        HTMLVector(
            "{{$x := .s}}\t{{range .l}}<x:y http-equiv=<{{$.word}}a b data-url=\"{{$.u}}\"></x:y>{{if $.t}}{{break}}{{end}}{{end}}",
            gives: .refused(#"in unquoted attr"#)),
        HTMLVector(
            #"{{$x := .s}}<TITLE srcset=""><?xml ?></TITLE ><img a:b={{template "d3" .}}{{with $.nope}}{{end}}{{.js | safeUrl}}><input></input>{{$y := .s}}{{$y}}"#,
            ["{{define \"d1\"}}{{end}}\n{{define \"d2\"}} title=\"a\"{{end}}\n{{define \"d3\"}}\"{{end}}"],
            gives: .refused(#"non-text context"#)),
        HTMLVector(
            #"{{template "d2" .}}{{template "d2" .}}{{.e}}<svg action=" " xmlns:foo="{{with $.m}}{{if .t}}{{$.q | urlquery | html}}é{{else}}v{{end}}{{end}}v>">"#,
            ["{{define \"d1\"}}?x={{end}}\n{{define \"d2\"}}{{print .s .n}}{{end}}\n{{define \"d3\"}}{{len .l}}{{end}}"],
            gives: .refused(#"predefined escaper"#)),
        HTMLVector(
            #"{{.html | urlquery}}<p title>{{template "d3" .}}"#,
            [
                "{{define \"d1\"}}<!doctype html>{{end}}\n{{define \"d2\"}}{{(.s | html)}}?{{end}}\n{{define \"d3\"}}{{.s | html | print}}\">{{end}}"
            ],
            gives: .refused(#"predefined escaper"#)),
        HTMLVector(
            #"{{if .z}}<input xlink:href="%20{{eq .n 42}}{{with $.s}}#{{$.html}}{{end}}" id='{{len .l}}{{.m}}{{.q}}>{{else}}{{end}}{{.nope}}{{.m.k}}"#,
            gives: .refused(#"branches end in different"#)),
        HTMLVector(
            #"{{"lit<'>"}}= {{if not .t}}<img src="../{{.f}}{{urlquery .q .sp}}">{{template "d1" .}}<!-- <hr /><!--[if mso]><b><![endif]--> -->{{else if .z}}{{end}}"#,
            gives: .refused(#"no such template"#)),
        HTMLVector(#"{{js .s}}<table data-url=' srclang="{{.js}}{{.html}}"></table>"#, gives: .refused(#"non-text context"#)),
        HTMLVector(
            #"{{.s | html | print}}{{.s}}<b{{if .z}} action{{else}} data-url='{{js .s}}{{if .t}}{{else}}#{{end}}'{{end}} data-url=""></b>"q""#,
            gives: .refused(#"predefined escaper"#)),
        HTMLVector(
            #"<!-- <br/><!doctype html> --><div><option background="{{.s | html}}#f/p checked={{if .t}}é{{else}}{{(.s | html)}}{{.e}}{{end}}{{.js}}&#39;><svg>"#,
            gives: .refused(#"non-text context"#)),
        HTMLVector(
            #"{{$x := .s}}{{.js | safeUrl}}<img type="a b  "{{range .el}}{{if $.z}}{{continue}}{{end}} id={{$.nil}}{{end}}>"#,
            gives: .refused(#"at range loop"#)),
    ]
}
