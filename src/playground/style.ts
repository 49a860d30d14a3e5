/** What the playground adds to the style sheet of the report. */
export const PLAYGROUND_STYLE = `
form{display:grid;gap:.75rem;margin:1rem 0}label{font-weight:600}
textarea{width:100%;min-height:16rem;padding:.6rem;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);color:var(--text);border:1px solid var(--dim);border-radius:6px;resize:vertical;tab-size:4}
select,button{font:inherit;padding:.3rem .7rem;background:var(--soft);color:var(--text);border:1px solid var(--dim);border-radius:6px}button{cursor:pointer}
.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center}fieldset{border:1px solid var(--line);border-radius:6px;display:flex;flex-wrap:wrap;gap:.3rem 1rem}fieldset label{font-weight:400;font-size:.9rem}
@media print{form{display:none}}
`;
