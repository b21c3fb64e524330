/**
 * The styles of the element. A site can set these CSS properties on it. The default colours follow the `color-scheme` of
 * the site, light or dark:
 *
 * --rag-ink, --rag-paper   colours of the text and of the background
 * --rag-accent             colour of links, citations and the focus outline
 * --rag-mark               highlight colour of citations and notes
 * --rag-font               font of the labels and buttons
 * --rag-serif              font of questions, answers and quotes
 * --rag-radius             radius of the corners
 */

export const style = new CSSStyleSheet();

style.replaceSync(`
:host {
  --ink: var(--rag-ink, light-dark(#1c1c1e, #ece8df));
  --paper: var(--rag-paper, light-dark(#fbfaf6, #161719));
  --accent: var(--rag-accent, light-dark(#7a4a00, #f0c35c));
  --mark: var(--rag-mark, light-dark(#ffe188, #6d5008));
  --sans: var(--rag-font, Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  --serif: var(--rag-serif, Charter, "Bitstream Charter", "Iowan Old Style", Georgia, "Noto Serif", serif);
  --radius: var(--rag-radius, 12px);
  --soft: color-mix(in oklab, var(--ink) 70%, var(--paper));
  --edge: color-mix(in oklab, var(--ink) 50%, var(--paper));
  --rule: color-mix(in oklab, var(--ink) 30%, var(--paper));
  --line: color-mix(in oklab, var(--ink) 12%, var(--paper));
  --tint: color-mix(in oklab, var(--mark) 40%, var(--paper));
  --danger: light-dark(#9a2c1c, #ff9d8a);
  container-type: inline-size;
  display: flex;
  flex-direction: column;
  box-sizing: border-box;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: 0.9375rem/1.55 var(--sans);
  overflow: hidden;
  overflow-wrap: anywhere;
  text-align: start;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
h2, h3, h4, p, ul, ol, blockquote { margin: 0; padding: 0; font-weight: inherit; font-size: inherit; }
ul, ol { list-style: none; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; }
cite { font-style: normal; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; min-height: 3.25rem; padding: 0.5rem var(--inset); border-bottom: 1px solid var(--line); }
header, .talk, form { --inset: clamp(1rem, 5cqi, 1.75rem); }
h2 { font: 400 1.125rem/1.3 var(--serif); }
.time { color: var(--soft); font-size: 0.875rem; }
.plain, .quiet { padding: 0.3rem 0.7rem; border: 1px solid transparent; border-radius: min(8px, var(--radius)); background: none; font-size: 0.875rem; white-space: nowrap; }
.narrow { display: none; }
.plain { margin-inline-end: -0.7rem; color: var(--soft); }
.quiet { border-color: var(--rule); background: var(--paper); }
.plain:hover, .quiet:hover { color: var(--accent); border-color: var(--accent); }

.talk { flex: 1 1 auto; min-height: 0; padding-inline: var(--inset); overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin; }
.welcome { padding-block: 1.5rem 0.5rem; color: var(--soft); }
li { position: relative; }
.turns > li { padding-block: 1.5rem; border-top: 1px solid var(--line); }
.turns > li:first-child { border-top: 0; }
h3 { font: 400 clamp(1.1875rem, 5cqi, 1.375rem)/1.3 var(--serif); white-space: pre-line; text-wrap: balance; }
.prose { margin-top: 0.75rem; font: 1.0625rem/1.6 var(--serif); text-wrap: pretty; }
.prose:empty { margin-top: 0.4rem; }
.statement { animation: appear 0.3s ease-out; }
.statement.quoted { font-style: italic; }
.statement.set > * { margin-bottom: 0.5em; }
.statement ul { padding: 0; list-style: none; }
.statement li { display: grid; grid-template-columns: minmax(1.5em, max-content) 1fr; column-gap: 0.4em; margin-bottom: 0.25em; }
.statement li[data-bullet]::before { content: "•"; padding-inline-start: 0.35em; }
.statement li:not([aria-level="1"]) { margin-inline-start: 1.9em; }
.table { overflow-x: auto; }
.table table { border-collapse: collapse; font: 0.875rem/1.45 var(--sans); font-variant-numeric: tabular-nums; }
.table :is(th, td) { min-width: 4.5em; padding-block: 0.4em; padding-inline-end: 1em; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; overflow-wrap: break-word; }
.table th { border-bottom-color: var(--edge); }
@keyframes appear { from { opacity: 0; } }
.citation {
  display: inline-block;
  min-width: 1.5rem;
  height: 1.5rem;
  margin-inline-end: 0.05em;
  padding-inline: 0.35rem;
  border-radius: 6px;
  background: var(--tint);
  color: var(--accent);
  font: 600 0.75rem/1.5rem var(--sans);
  text-align: center;
  text-decoration: none;
  vertical-align: 0.12em;
}
.citation:hover { background: var(--mark); color: var(--ink); }
.reason, .note { margin-top: 0.6rem; color: var(--soft); }
.note { padding-inline-start: 0.8rem; border-inline-start: 3px solid var(--mark); }
.failure { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: center; justify-content: space-between; margin-top: 1rem; padding: 0.6rem 0.6rem 0.6rem 0.9rem; border-inline-start: 3px solid var(--danger); }
.failure p { flex: 1 1 12rem; }
.pending { display: grid; gap: 0.8rem; padding-block: 0.6rem; }
.pending i { height: 0.65rem; border-radius: 4px; background: var(--line); animation: breathe 1.6s ease-in-out infinite; }
.pending i:nth-child(2) { width: 92%; animation-delay: 0.15s; }
.pending i:nth-child(3) { width: 60%; animation-delay: 0.3s; }
.prose:not(:empty) + .pending i:not(:last-child) { display: none; }
@keyframes breathe { 50% { opacity: 0.35; } }

.sources { margin-top: 1.5rem; }
h4 { margin-bottom: 0.35rem; font-size: 0.8125rem; font-weight: 600; color: var(--soft); }
.sources li { padding-block: 0.75rem; border-top: 1px solid var(--line); }
.sources li:has(.number) { padding-inline-start: 2rem; }
.number { position: absolute; inset-inline-start: 0; font-size: 0.8125rem; font-weight: 600; line-height: 1.85; color: var(--accent); font-variant-numeric: tabular-nums; }
blockquote { font: 1rem/1.5 var(--serif); white-space: pre-line; }
.snippet { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; }
.about { margin-top: 0.3rem; font-size: 0.8125rem; color: var(--soft); }
.about a { color: var(--accent); text-underline-offset: 0.2em; }

form { position: relative; flex: none; padding: 0.75rem var(--inset) 1rem; }
form::before { content: ""; position: absolute; inset: auto 0 100%; height: 1rem; background: linear-gradient(transparent, var(--paper)); pointer-events: none; }
label { display: block; margin-bottom: 0.35rem; font-size: 0.875rem; font-weight: 600; }
.following label { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
.box { display: flex; gap: 0.5rem; align-items: end; padding: 0.4rem; border: 1px solid var(--edge); border-radius: calc(var(--radius) - 2px); }
.box:has(textarea:focus-visible) { border-color: var(--accent); outline: 1px solid var(--accent); }
textarea:focus-visible { outline: 0; }
textarea { flex: 1; min-width: 0; min-height: 2.25rem; max-height: 9rem; padding: 0.35rem 0.5rem; border: 0; outline: 0; background: none; font: 1rem/1.5 var(--serif); resize: none; field-sizing: content; }
::placeholder { color: var(--soft); opacity: 1; }
.box button { height: 2.25rem; }
.send { padding: 0 1rem; border: 0; border-radius: min(8px, var(--radius)); background: var(--ink); color: var(--paper); font-weight: 600; }
.send:hover { background: var(--accent); }

@container (max-width: 24rem) {
  .wide { display: none; }
  .narrow { display: inline; }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; }
}
@media (forced-colors: active) {
  .citation { outline: 1px solid LinkText; }
}
@media print {
  form, header button { display: none; }
}
`);
