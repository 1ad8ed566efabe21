import { Markup, markup } from "./markup.ts";
import { type Cell, type ReportParts, type ReportTable, reportModel } from "./report-model.ts";
import { reportStyle } from "./style.ts";

/**
 * The evidence of a run as one HTML page that needs nothing else; see `reportModel`. Throws OpsError `run.unknown`.
 */
export function runReport(parts: ReportParts): string {
  const model = reportModel(parts);
  const { title, evidence, status, values, chain } = model;
  const chained = markup`<p class="${chain.intact ? "" : "broken"}">${chain.words}</p>`;
  const page = markup`<!doctype html>
<html lang="${model.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${`${evidence} · ${title}`}</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<h1>${title}</h1>
<p>${evidence} · <span class="status ${status.key}">${status.words}</span></p>
${list(model.pairs)}
${chain.intact ? "" : chained}
<h2>${values.heading}</h2>
${list(values.pairs)}
${[...model.measures, model.steps, model.decisions, model.approvals, model.handOvers, model.notes, model.events].flatMap((each) => each ?? []).map(table)}
<h2>${chain.heading}</h2>
${chained}
<p>${model.built}</p>
</body>
</html>
`;
  return page.html;
}

function list(pairs: readonly { name: string; value: Cell }[]): Markup {
  return markup`<dl>${pairs.map(({ name, value }) => markup`<dt>${name}</dt><dd>${cell(value)}</dd>`)}</dl>`;
}

function table({ heading, heads, rows, none, note }: ReportTable): Markup {
  const head = markup`<h2>${heading}</h2>
${note === undefined ? "" : markup`<p>${note}</p>`}`;
  if (rows.length === 0)
    return markup`${head}<p>${none}</p>
`;
  return markup`${head}<table><thead><tr>${heads.map((each) => markup`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => markup`<tr>${row.map((each) => markup`<td>${cell(each)}</td>`)}</tr>
`,
  )}</tbody></table>
`;
}

function cell({ words, code, block, unbroken, below }: Cell): Markup {
  const inner = block
    ? markup`<pre>${words}</pre>`
    : code
      ? markup`<code>${words}</code>`
      : unbroken
        ? markup`<span class="nowrap">${words}</span>`
        : markup`${words}`;
  return below === undefined ? inner : markup`${inner}<br><code>${below}</code>`;
}
