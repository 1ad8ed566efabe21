import { expect, test } from "vitest";
import { refusalOf } from "./client/refusal.ts";
import { type ClusterStanding, seenCluster } from "./cluster-standing.ts";

const day = 86_400_000;
const now = Date.parse("2026-03-01T00:00:00Z");

function seen(parts: Partial<ClusterStanding> = {}) {
  return seenCluster({
    id: "east/cluster",
    name: "East",
    site: "atelier",
    now,
    version: "v1.31.2",
    login: { insecure: false, runsOut: undefined },
    nodes: { all: 3, ready: 2 },
    pods: 40,
    warnings: null,
    unreadable: [],
    withheld: [],
    ...parts,
  });
}
const ends = (at: number, life: number) => seen({ login: { insecure: false, runsOut: { at, life } } });

test("a cluster with nothing wrong has no problems", () => {
  expect(seen()).toMatchObject({
    id: "east/cluster",
    parent: "atelier",
    problems: [],
    facts: { "kubernetes.nodes": 3, "kubernetes.nodesReady": 2, "kubernetes.withheld": null },
  });
});

test("a certificate that is not checked is told", () => {
  const { problems } = seen({ login: { insecure: true, runsOut: undefined } });
  expect(problems.map(({ code, health }) => [code, health])).toEqual([
    ["kubernetes.certificate-unchecked", "warning"],
  ]);
});

test.each([
  ["a year long, with a month left", 30 * day, 365 * day, 0],
  ["a year long, with ten days left", 10 * day, 365 * day, 1],
  ["a day long, with half of it left", 0.5 * day, day, 0],
  ["a day long, with a tenth left", 0.1 * day, day, 1],
])("a client certificate that is %s", (_what, left, life, told) => {
  const { problems, facts } = ends(now + left, life);
  expect(problems).toHaveLength(told);
  expect(facts["kubernetes.certificateUntil"]).toBe(now + left);
});

test("its end is told as a day", () => {
  expect(ends(now + day, 365 * day).problems[0]?.text.fr).toContain("2026-03-02");
});

test("what may not be read is a problem, in the API server's words", () => {
  const error = refusalOf("east", 403, { kind: "Status", message: "nodes is forbidden" }, undefined);
  const { problems } = seen({ unreadable: [{ what: "nodes", error }] });
  expect(problems[0]).toMatchObject({ code: "kubernetes.unreadable-nodes", health: "warning" });
  expect(problems[0]?.text.en).toContain("nodes is forbidden");
});
