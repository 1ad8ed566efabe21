/** The look of a report, on the screen and on A4 paper; it needs nothing from elsewhere. */
export const reportStyle = `
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #17212b; background: #fff;
  font: 14px/1.45 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; border-bottom: 1px solid #d5dce2; break-after: avoid; }
.status { display: inline-block; padding: .1rem .6rem; border: 2px solid; font-weight: 600; }
.completed { color: #2a6b12; }
.failed { color: #b00d12; }
.completed-with-skips, .unknown-effect, .paused, .open { color: #8a4b00; }
.rolled-back { color: #5b4a8a; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; }
dt { color: #55636f; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th { text-align: start; background: #f4f6f8; }
th, td { padding: .25rem .4rem; border: 1px solid #d5dce2; vertical-align: top; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
code, pre { margin: 0; white-space: pre-wrap; font: .8125rem ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.broken { color: #b00d12; font-weight: 600; }
.nowrap { white-space: nowrap; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; } }
`;
