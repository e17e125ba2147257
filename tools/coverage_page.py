"""A page of HTML that shows an LCOV report: a table of files, then each file line by line."""

import html

import lcov

_STYLE = """
:root {
  color-scheme: light dark;
  --text: #1d2125; --dim: #667077; --paper: #fff; --panel: #f4f6f8; --rule: #d9dfe4;
  --link: #0b5cad; --good: #1a7f4b; --fair: #b7791f; --bad: #c0392b;
  --ran: #e8f6ee; --missed: #fdeceb; --partial: #fdf5e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #dde3e8; --dim: #8b97a1; --paper: #14181c; --panel: #1c2228; --rule: #303941;
    --link: #6cb2ff; --good: #4cc38a; --fair: #e0b04c; --bad: #f0776c;
    --ran: #15281f; --missed: #3a1e1d; --partial: #33290f;
  }
}
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: var(--text);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
p { color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
.index td, .index th { padding: .3rem .6rem; border-bottom: 1px solid var(--rule);
  text-align: left; font-variant-numeric: tabular-nums; }
.index .number { text-align: right; white-space: nowrap; }
.index tr:last-child { font-weight: 600; }
.bar { width: 8rem; height: .5rem; border-radius: .25rem; overflow: hidden;
  background: var(--rule); }
.bar span { display: block; height: 100%; background: var(--good); }
.fair .bar span { background: var(--fair); }
.bad .bar span { background: var(--bad); }
details { margin: .75rem 0; border: 1px solid var(--rule); border-radius: .4rem; }
summary { padding: .5rem .8rem; background: var(--panel); border-radius: .4rem; cursor: pointer;
  position: sticky; top: 0; }
.source { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; display: block; }
.source td { padding: 0 .6rem; white-space: pre; vertical-align: top; }
.source td:nth-child(-n+3) { color: var(--dim); text-align: right; user-select: none; }
.source td:last-child { width: 100%; }
.ran td:last-child { background: var(--ran); }
.missed td:last-child { background: var(--missed); }
.partial td:last-child { background: var(--partial); }
"""

# A file whose name is in the address is opened, or else a link to it would show
# nothing but its name.
_SCRIPT = """
function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const file = target && target.closest("details");
  if (file) { file.open = true; target.scrollIntoView(); }
}
addEventListener("hashchange", show);
show();
"""


def _rating(percentage):
    return "" if percentage >= 95 else "fair" if percentage >= 80 else "bad"


def _index_row(name, file):
    cells = []
    for counts in (file.lines, file.branches):
        if not counts:
            cells.append('<td colspan="3"></td>')
            continue
        percentage = lcov.percentage(counts)
        cells.append(
            f'<td class="{_rating(percentage)}"><div class="bar">'
            f'<span style="width: {percentage:.1f}%"></span></div></td>'
            f'<td class="number">{percentage:.1f} %</td>'
            f'<td class="number">{lcov.hits(counts)} / {len(counts)}</td>')
    return f"<tr><td>{name}</td>{''.join(cells)}</tr>\n"


def _source_row(name, number, text, file):
    outcomes = [count for (line, _, _), count in file.branches.items() if line == number]
    seen = sum(count > 0 for count in outcomes)
    state = ""
    if number in file.lines:
        state = "ran" if file.lines[number] else "missed"
        if state == "ran" and seen < len(outcomes):
            state = "partial"
    times = str(file.lines[number]) if number in file.lines else ""
    branches = f"{seen}/{len(outcomes)}" if outcomes else ""
    identifier = html.escape(f"{name}:{number}")
    return (f'<tr id="{identifier}" class="{state}"><td>{number}</td>'
            f'<td title="times run">{times}</td><td title="branches seen">{branches}</td>'
            f"<td>{html.escape(text)}</td></tr>\n")


def _section(name, file, source):
    rows = "".join(_source_row(name, number, line, file)
                   for number, line in enumerate(source.splitlines(), start=1))
    escaped = html.escape(name)
    summary = f"{escaped}: {lcov.percentage(file.lines):.1f} % of lines"
    if file.branches:
        summary += f", {lcov.percentage(file.branches):.1f} % of branches"
    return (f'<details id="{escaped}"><summary>{summary}</summary>\n'
            f'<table class="source">{rows}</table></details>\n')


def page(report, root):
    """The page.

    Args:
      report: lcov.FileCoverage by the name of the file.
      root: the directory that the names are relative to.
    """
    index = "".join(
        _index_row(f'<a href="#{html.escape(name)}">{html.escape(name)}</a>', file)
        for name, file in report.items())
    index += _index_row("all", lcov.total(report.values()))
    sections = "".join(_section(name, file, (root / name).read_text())
                       for name, file in report.items())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Coverage</h1>
<p>What the tests run. A branch is one of the two outcomes of a condition. In a file, green
lines ran, red ones did not, and of yellow ones some branch was never taken; the columns are
the line, how often it ran, and how many of its branches were seen.</p>
<table class="index">
<tr><th>File</th><th colspan="3">Lines</th><th colspan="3">Branches</th></tr>
{index}</table>
<h2>Files</h2>
{sections}<script>{_SCRIPT}</script>
</body>
</html>
"""
