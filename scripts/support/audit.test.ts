import { describe, expect, it } from "vitest";
import { findingsOf, toDealWith } from "./audit.mjs";

const now = Date.UTC(2026, 10, 22);
/** A report as npm 10 writes it: one package with two weaknesses, one that has them through it. */
const report = {
  auditReportVersion: 2,
  vulnerabilities: {
    inner: {
      name: "inner",
      severity: "high",
      via: [
        {
          source: 1,
          name: "inner",
          severity: "high",
          title: "Runs out of memory",
          url: "https://advisories.example/GHSA-aaaa-bbbb-cccc",
          range: "<2.0.1",
        },
        {
          source: 2,
          name: "inner",
          severity: "low",
          title: "Says too much",
          url: "https://advisories.example/GHSA-dddd-eeee-ffff",
          range: "<2.1.0",
        },
      ],
    },
    outer: { name: "outer", severity: "high", via: ["inner"] },
  },
};
const high = {
  advisory: "GHSA-aaaa-bbbb-cccc",
  package: "inner",
  reason: "Not reached.",
  until: "2027-01-31",
};
const low = { ...high, advisory: "GHSA-dddd-eeee-ffff" };

describe("the audit of packages", () => {
  it("names each weakness once, whatever comes through it", () => {
    const findings = findingsOf(report);
    expect(findings.map(({ advisory }) => advisory).sort()).toEqual([high.advisory, low.advisory]);
    expect(toDealWith(findings, [], now)).toEqual([
      "high: inner <2.0.1: Runs out of memory (https://advisories.example/GHSA-aaaa-bbbb-cccc)",
      "low: inner <2.1.0: Says too much (https://advisories.example/GHSA-dddd-eeee-ffff)",
    ]);
  });

  it("puts up with one for a reason, and for a time", () => {
    const findings = findingsOf(report);
    const left = (one: typeof high) => toDealWith(findings, [one, low], now);
    expect(left(high)).toEqual([]);
    expect(left({ ...high, until: "2026-11-21" })).toEqual([
      expect.stringContaining("was accepted until 2026-11-21: Not reached."),
    ]);
    expect(left({ ...high, until: "2027-11-21" })).toEqual([expect.stringContaining("half a year")]);
    expect(left({ ...high, until: "some day" })).toEqual([
      expect.stringContaining("without a reason or an end"),
    ]);
    expect(left({ ...high, reason: " " })).toEqual([expect.stringContaining("without a reason or an end")]);
    expect(left({ ...high, package: "another" })).toHaveLength(2);
  });

  it("takes no answer that is none for a clean one", () => {
    for (const answer of [null, {}, { message: "405 Method Not Allowed" }, { auditReportVersion: 1 }, []])
      expect(() => findingsOf(answer)).toThrow("no report");
    expect(() => findingsOf({ auditReportVersion: 2, vulnerabilities: { inner: {} } })).toThrow(
      "another shape",
    );
    expect(findingsOf({ auditReportVersion: 2, vulnerabilities: {} })).toEqual([]);
  });
});
