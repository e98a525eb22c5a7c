"""The style sheet of the page: one, for screens light and dark, for phones and for paper."""

from typing import Final

__all__ = ["STYLE"]

# Genuine and impostor are blue and vermilion of Okabe and Ito (2008), lighter on dark ground: they
# stay apart for those who see no red or no green; lines also differ by their dashes.
_LIGHT: Final = """
  --paper: #fff; --ink: #1b1f24; --muted: #59636e; --line: #dfe3e8; --soft: #f5f7f9;
  --genuine: #0063a3; --impostor: #c04f00; --band: #cfe3f3; --warn: #fff4d6; --warn-line: #b98900;
"""
_DARK: Final = """
  --paper: #14171b; --ink: #e8ebee; --muted: #9aa5b1; --line: #323941; --soft: #1c2127;
  --genuine: #63b8f2; --impostor: #f2a45c; --band: #1e3d55; --warn: #3a2f10; --warn-line: #d9a520;
"""
STYLE: Final = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }}
svg {{ display: block; width: 100%; height: auto; margin: .5rem 0; }}
svg text {{ font-family: inherit; }}
h1 {{ font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }}
h2 {{ font-size: 1.25rem; margin: 2.75rem 0 .5rem; padding-top: .75rem;
  border-top: 1px solid var(--line); }}
h3 {{ font-size: 1rem; margin: 1.5rem 0 .25rem; }}
p {{ margin: .5rem 0; max-width: 46rem; }}
.muted, small, caption {{ color: var(--muted); }}
small {{ font-size: .85rem; }}
ul {{ padding-left: 1.2rem; max-width: 46rem; }}
.facts {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0; padding: 0; }}
.facts div {{ background: var(--soft); border-radius: .5rem; padding: .75rem .9rem; }}
.facts dt {{ color: var(--muted); font-size: .85rem; }}
.facts dd {{ margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }}
.facts dd small {{ display: block; font-weight: 400; }}
.caution {{ background: var(--warn); border-left: 4px solid var(--warn-line);
  border-radius: .25rem; padding: .6rem .9rem; margin: 1rem 0; max-width: 46rem; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: .92rem;
  font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; padding-bottom: .35rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0;
  border-bottom: 1px solid var(--line); }}
th {{ font-weight: 600; }}
thead th {{ color: var(--muted); font-weight: 500; white-space: nowrap; }}
td.rate {{ font-weight: 600; white-space: nowrap; }}
td.span, th[scope="row"] small {{ white-space: nowrap; }}
code {{ font: .9em ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }}
.run th {{ width: 9rem; color: var(--muted); font-weight: 500; }}
@media (max-width: 40rem) {{
  body {{ padding: 1.25rem 1rem 3rem; }}
  h1 {{ font-size: 1.5rem; }}
  .wide svg {{ min-width: 32rem; }}
}}
@media print {{
  :root {{ color-scheme: light; {_LIGHT} }}
  body {{ max-width: none; padding: 0; font-size: 10pt; }}
  h2 {{ break-after: avoid; }}
  figure, table, .facts, .caution {{ break-inside: avoid; }}
  .facts div, .caution {{ border: 1px solid var(--line); }}
}}
figure {{ margin: 1rem 0; }}
figcaption {{ color: var(--muted); font-size: .9rem; max-width: 46rem; }}
"""
