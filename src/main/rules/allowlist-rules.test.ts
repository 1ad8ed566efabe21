import { expect, it } from "vitest";
import { usualRules } from "../../shared/estate-rules.ts";
import type { FactValue } from "../../shared/resource.ts";
import type { Followed } from "../inventory/reader.ts";
import { allowlistDrift, allowlistOverdue } from "./allowlist-rules.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const context = { rules: usualRules, now: noon };

function service(facts: Record<string, FactValue>): Followed {
  const fact = (key: string) =>
    key in facts ? { value: facts[key] ?? null, source: "provider", at: noon } : undefined;
  return { id: "provider/allowlists/east/101", fact } as unknown as Followed;
}

it("a network that is let in past its end is told, with how it is taken off", () => {
  const due = { "allowlist.isDue": true, "allowlist.ends": noon, "allowlist.state": "allowed" };
  const sighting = allowlistOverdue.look(service(due), context);
  expect(sighting?.text.en).toBe("Its end came at 2026-11-22 12:00 UTC, and the provider still lets it in.");
  expect(sighting?.proposal).toEqual({ kind: "procedure", id: "remove-network" });
  for (const other of [
    { "allowlist.isDue": false },
    { "allowlist.state": "toDelete" },
    { "allowlist.ends": null },
  ])
    expect(allowlistOverdue.look(service({ ...due, ...other }), context)).toBeNull();
  expect(allowlistOverdue.look(service({}), context)).toBeNull();
});

it("a list and an estate that do not agree are told, each with the procedure that mends it", () => {
  const missing = allowlistDrift.look(service({ "allowlist.missing": ["203.0.113.0/28"] }), context);
  expect([missing?.evidence[0]?.text.en, missing?.proposal]).toEqual([
    "Missing: 203.0.113.0/28",
    { kind: "procedure", id: "allow-network" },
  ]);
  const undeclared = allowlistDrift.look(service({ "allowlist.declared": "undeclared" }), context);
  expect(undeclared?.proposal).toEqual({ kind: "procedure", id: "remove-network" });
  for (const declared of ["declared", "temporary", "unknown"])
    expect(allowlistDrift.look(service({ "allowlist.declared": declared }), context)).toBeNull();
  expect(allowlistDrift.look(service({ "allowlist.missing": [] }), context)).toBeNull();
});
