"""How the page looks, in light and in dark."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6570; --line: #d9dee3;
  --paper: #fff; --tint: #f4f6f8; --link: #0b5cad; --get: #0a6b3d; --post: #0b5cad;
  --put: #8a5300; --delete: #a3262a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #a3adb8; --line: #333b44; --paper: #14181c; --tint: #1d2329;
    --link: #79b8ff; --get: #6fd39b; --post: #79b8ff; --put: #f0b35e; --delete: #ff9a94; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: minmax(15rem, 21rem) minmax(0, 1fr);
  color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem;
  border-right: 1px solid var(--line); background: var(--tint); font-size: .84rem; }
nav h2 { margin: 1rem 0 .25rem; font-size: .84rem; color: var(--soft); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .12rem 0; overflow-wrap: anywhere; color: inherit;
  text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 4rem; max-width: 62rem; }
h1, h2, h3, h4 { line-height: 1.25; }
main h2 { margin-top: 3rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 .4rem; font-size: .9rem; color: var(--soft); }
article { margin: 2.25rem 0; }
article:target h3 { outline: 2px solid var(--link); outline-offset: .35rem; }
.summary { font-size: 1.08rem; margin: .25rem 0; }
.kinds { margin: .25rem 0; color: var(--soft); }
.verb { font: 700 .72rem/1 ui-monospace, monospace; color: var(--soft); }
.get { color: var(--get); } .post { color: var(--post); }
.put, .patch { color: var(--put); } .delete { color: var(--delete); }
main .verb { font-size: .85rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .88em; }
pre { overflow-x: auto; margin: .8rem 0; padding: .8rem 1rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--tint); }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
small, .required { color: var(--soft); }
a { color: var(--link); }
summary { cursor: pointer; color: var(--link); }
@media (max-width: 52rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } }
"""
