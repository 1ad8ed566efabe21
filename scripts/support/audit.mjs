/**
 * A known weakness of a package that we build upon, as `npm audit --json` reports it (report version 2).
 * @typedef {{ advisory: string, package: string, severity: string, title: string, range: string, url: string }} Finding
 * A weakness that does not reach us, or cannot be mended yet: why, and until which day (YYYY-MM-DD) that is believed.
 * @typedef {{ advisory: string, package: string, reason: string, until: string }} Accepted
 */

/**
 * What was found is put up with for these reasons. Empty: nothing is.
 * @type {readonly Accepted[]}
 */
export const accepted = [];

/** Longer than this nothing is put up with unseen, in milliseconds. */
const longest = 180 * 24 * 3_600_000;

/**
 * The weaknesses of a report, each advisory once for each package. Throws where it is no report, for an empty answer
 * must not be taken for a clean one.
 * @param {unknown} report
 * @returns {Finding[]}
 */
export function findingsOf(report) {
  if (!isRecord(report) || report.auditReportVersion !== 2 || !isRecord(report.vulnerabilities))
    throw new Error("npm audit gave no report");
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  for (const vulnerable of Object.values(report.vulnerabilities)) {
    const via = isRecord(vulnerable) && Array.isArray(vulnerable.via) ? vulnerable.via : null;
    if (via === null) throw new Error("npm audit gave a report of another shape");
    // A word names the package through which the weakness comes: it stands in the report by itself.
    for (const one of via.filter(isRecord)) {
      const url = String(one.url ?? "");
      const finding = {
        advisory: url.slice(url.lastIndexOf("/") + 1) || String(one.source),
        package: String(one.name),
        severity: String(one.severity),
        title: String(one.title),
        range: String(one.range),
        url,
      };
      findings.set(`${finding.advisory} ${finding.package}`, finding);
    }
  }
  return [...findings.values()].sort((one, other) => (one.package < other.package ? -1 : 1));
}

/**
 * What of the findings is to be dealt with, in one line each: what nobody has accepted, what was accepted for a time that is
 * over or too long, and what is accepted though it is not found any more.
 * @param {readonly Finding[]} findings
 * @param {readonly Accepted[]} list
 * @param {number} now epoch milliseconds
 * @returns {string[]}
 */
export function toDealWith(findings, list, now) {
  /** @param {Finding | Accepted} one @param {Finding | Accepted} other */
  const same = (one, other) => one.advisory === other.advisory && one.package === other.package;
  return [
    ...findings
      .filter((finding) => !list.some((one) => same(one, finding)))
      .map(
        ({ package: name, range, severity, title, url }) =>
          `${severity}: ${name} ${range}: ${title} (${url})`,
      ),
    ...list.flatMap((one) => {
      const end = Date.parse(`${one.until}T23:59:59Z`);
      const what = `${one.advisory} of ${one.package}`;
      if (!findings.some((finding) => same(one, finding)))
        return [`${what} is accepted, and no longer found`];
      if (Number.isNaN(end) || one.reason.trim() === "")
        return [`${what} is accepted without a reason or an end`];
      if (end < now) return [`${what} was accepted until ${one.until}: ${one.reason}`];
      return end - now > longest ? [`${what} is accepted for longer than half a year`] : [];
    }),
  ];
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
