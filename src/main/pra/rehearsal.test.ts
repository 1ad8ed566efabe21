import { expect, it } from "vitest";
import { bounded } from "./rehearsal.ts";

it("keeps what was not ready of a plan that is too large for one line of the journal", () => {
  const finding = (node: string, state: "ready" | "warning") => ({ node, state, code: "probe.needed" });
  const small = { steps: { a: "host.poke tower-a" }, findings: [finding("a", "ready")] };
  expect(bounded(small)).toBe(small);
  const ids = Array.from(
    { length: 20_000 },
    (_, index) => `each[cluster/namespaces/shop/${index}]/${"x".repeat(60)}`,
  );
  const large = bounded({
    steps: Object.fromEntries(ids.map((id) => [id, `host.poke ${id}`])),
    findings: ids.map((id, index) => finding(id, index % 4 === 0 ? "warning" : "ready")),
  });
  expect(large.steps).toEqual({});
  expect(large.findings).toHaveLength(2000);
  expect(new Set(large.findings.map(({ state }) => state))).toEqual(new Set(["warning"]));
  expect(JSON.stringify(large).length).toBeLessThan(2_000_000);
});
