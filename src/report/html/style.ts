/** The one style sheet of dfix's pages; colours meet 4.5:1 on their grounds, dark and light. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--soft:#f6f7f9;--line:#d5d9e0;--text:#1b1f24;--dim:#545d68;--link:#0b57c2;--gone:#ffebe9;--come:#e3f6e8;--keyword:#8e1f8a;--comment:#57606a;--string:#0a3069;--variable:#8a3d00;--flag:#0b5c8a;--safe:#116329;--review:#7a4b00;--unsafe:#a40e26;--before:#8c5a2b;--after:#1a7f5a}
@media(prefers-color-scheme:dark){:root{--ground:#14171b;--soft:#1c2127;--line:#39414b;--text:#e8ebef;--dim:#a6b0bb;--link:#7fb4ff;--gone:#4a2023;--come:#173a26;--keyword:#f0a0ea;--comment:#a6b0bb;--string:#a5d0ff;--variable:#ffc38a;--flag:#8fd3ff;--safe:#6fd68c;--review:#f0c060;--unsafe:#ff9aa5;--before:#d79a62;--after:#4cc79a}}
*{box-sizing:border-box}
body{overflow-wrap:anywhere;margin:0 auto;max-width:84rem;padding:1.5rem 1.25rem 4rem;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line);overflow-wrap:anywhere}h2 code{font-size:1.1rem;font-weight:600}h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.25rem 0}a{color:var(--link)}code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.dim{color:var(--dim)}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{position:relative;overflow-x:auto;border:1px solid var(--line);border-radius:6px}
table.diff{border-collapse:collapse;width:100%;table-layout:fixed;min-width:46rem;line-height:20px}
.diff th{text-align:left;font-size:.8rem;font-weight:600;color:var(--dim);padding:.3rem .6rem;background:var(--soft);border-bottom:1px solid var(--line)}
.diff td{vertical-align:top;padding:0 .6rem}.diff code{line-height:20px;white-space:pre-wrap;overflow-wrap:anywhere}.diff del,.diff ins{text-decoration:none}
.diff .n{width:3.2rem;text-align:right;color:var(--dim);font:12px/20px ui-monospace,monospace;user-select:none}
.removed{background:var(--gone)}.added{background:var(--come)}.none{background:var(--soft)}
.removed::before{content:"\\2212\\00a0"}.added::before{content:"+\\00a0"}.same::before{content:"\\00a0\\00a0"}.removed::before,.added::before,.same::before{font:13px ui-monospace,monospace;user-select:none}
.fold td{background:var(--soft);color:var(--dim);font-size:.8rem;text-align:center}
.t-keyword{color:var(--keyword);font-weight:600}.t-comment{color:var(--comment);font-style:italic}.t-string{color:var(--string)}.t-variable{color:var(--variable)}.t-flag{color:var(--flag)}
ul.changes{list-style:none;padding:0;margin:0}.changes>li{border-left:4px solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.9rem 0}
.changes .safe{border-color:var(--safe)}.changes .review{border-color:var(--review)}.changes .unsafe{border-color:var(--unsafe)}
.level{font-weight:600}.safe .level{color:var(--safe)}.review .level{color:var(--review)}.unsafe .level{color:var(--unsafe)}
table.rows{border-collapse:collapse;width:100%;table-layout:fixed;min-width:46rem}.rows>thead th{text-align:left;font-size:.8rem;color:var(--dim);padding:.3rem .6rem;background:var(--soft)}.rows>tbody>tr>*{vertical-align:top;text-align:left;padding:.5rem .6rem;border-top:1px solid var(--line);font-weight:400}.rows>thead th:first-child{width:28%}.rows>thead th:nth-child(2){width:26%}.rows ul{margin:0;padding:0 0 0 1rem}.rows table.diff{min-width:0}
details{margin:.3rem 0}summary{cursor:pointer}
table.bars{border-collapse:collapse;width:100%;table-layout:fixed;margin:1rem 0}.bars caption{text-align:left;font-weight:600;padding:.3rem 0}.bars em{font-weight:400;font-style:normal;color:var(--dim)}.bars em.estimated::before{content:"\\2248\\00a0"}
.bars th{text-align:left;font-weight:400;padding:.15rem .8rem .15rem 0;vertical-align:middle;overflow-wrap:anywhere}.bars thead th{color:var(--dim);font-size:.8rem}.bars td,.bars thead th+th{width:28%}.bars td{padding:.15rem .8rem .15rem 0;font-variant-numeric:tabular-nums;white-space:nowrap;font-size:.85rem}
.bar svg{width:65%;height:.8rem;vertical-align:middle;background:var(--soft)}.b-before{fill:var(--before)}.b-after{fill:var(--after)}
.plot{margin:1rem 0}.plot svg{width:100%;height:auto;background:var(--soft);border:1px solid var(--line)}.plot polyline{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}.l-before{stroke:var(--before);stroke-dasharray:5 3}.l-after{stroke:var(--after)}.k-before{color:var(--before)}.k-after{color:var(--after)}
@media(max-width:40rem){body{padding:1rem .75rem 3rem}.bars td{white-space:normal}.bar svg{width:100%}}
@media print{details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none}:root{color-scheme:light;--ground:#fff;--soft:#f6f7f9;--line:#bbb;--text:#000;--dim:#444}body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}tr,.changes>li{break-inside:avoid}.scroll{overflow:visible;border:0}table.diff{min-width:0}.removed,.added{print-color-adjust:exact}code{font-size:8pt}}
`;
