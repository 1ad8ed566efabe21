import { expect, test } from "vitest";
import type { PlannedWait } from "../../../shared/plan.ts";
import { waitWords } from "./wait-words.ts";

type FactWait = Extract<PlannedWait, { kind: "until" }>;

function wait(fact: string, comparison: FactWait["comparison"], value: FactWait["value"]): FactWait {
  const resource = { id: "forge/nodes/node-2", name: "node-2" };
  return { kind: "until", resource, fact, comparison, value };
}

test("what is waited for has the label of its fact and the words of its value, in both languages", () => {
  expect(waitWords(wait("proxmox.quorumWithout", "is", "kept"))).toEqual({
    en: 'It waits until "Quorum without this node" of node-2 is: kept.',
    fr: "Attente, pour « Quorum sans ce nœud » de node-2, de : atteint.",
  });
  expect(waitWords(wait("proxmox.online", "is", true)).fr).toContain("de : oui.");
  expect(waitWords(wait("health", "not", "critical"))).toEqual({
    en: 'It waits until "health" of node-2 is no longer: critical.',
    fr: "Attente, pour « santé » de node-2, d'autre chose que : critique.",
  });
});

test("bounds, a reading alone, no value, and a fact that this version does not know are told as well", () => {
  expect(waitWords(wait("proxmox.votes", "atLeast", 2)).en).toMatch(/is at least 2\.$/);
  expect(waitWords(wait("proxmox.votes", "atMost", 2)).fr).toMatch(/d'au plus 2\.$/);
  expect(waitWords(wait("proxmox.votes", "read", null)).en).toMatch(/has been read\.$/);
  expect(waitWords(wait("later.fact", "is", null)).en).toBe(
    'It waits until "later.fact" of node-2 is: unknown.',
  );
});
