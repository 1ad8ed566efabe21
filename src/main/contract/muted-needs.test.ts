import { describe, expect, it } from "vitest";
import type { Overview } from "../../shared/overview.ts";
import type { Health, Resource } from "../../shared/resource.ts";
import type { Finding } from "../../shared/rules.ts";
import { sameText } from "../../shared/text.ts";
import { withoutMuted } from "./muted-needs.ts";

type Need = Overview["needs"][number];
const need = (key: string, resource: string | null = null): Need => ({
  ...{ key, resource, health: "critical", text: sameText(key), page: "resource", action: null },
});
const muted = (rule: Finding["rule"], about: string): Pick<Finding, "key" | "rule" | "resource"> => ({
  ...{ rule, key: `${rule} ${about}` },
  resource: about.startsWith("estate:") ? null : { id: about, name: about, kind: "host" },
});
const problems = (...codes: [string, Health][]): Pick<Resource, "problems" | "sources"> => ({
  problems: codes.map(([code, health]) => ({ code, health, text: sameText(code) })),
  sources: { east: { health: "critical", seenAt: 1, error: null } },
});
const line = [need("resource:vault-1", "vault-1")];
const left = (found: Pick<Resource, "problems" | "sources"> | null, ...mutes: Parameters<typeof muted>[]) =>
  withoutMuted(
    line,
    mutes.map((each) => muted(...each)),
    () => found,
  );

describe("a resource's line", () => {
  const sealed = problems(["vault.sealed", "critical"]);

  it("is quiet, and counted, while all that is wrong with it is muted", () => {
    expect(left(sealed, ["vault-sealed", "vault-1"])).toEqual({ needs: [], muted: 1 });
    expect(left(sealed)).toEqual({ needs: line, muted: 0 });
    expect(left(sealed, ["vault-sealed", "vault-2"])).toEqual({ needs: line, muted: 0 });
    expect(left(sealed, ["token-ending", "vault-1"])).toEqual({ needs: line, muted: 0 });
  });

  it("stays for whatever else is wrong with it, and while it cannot be read", () => {
    const more = problems(["vault.sealed", "critical"], ["certificate.expires", "warning"]);
    expect(left(more, ["vault-sealed", "vault-1"]).muted).toBe(0);
    expect(left(more, ["vault-sealed", "vault-1"], ["certificate-ending", "vault-1"]).muted).toBe(1);
    const error = { code: "x", system: "east", message: sameText("x"), hint: sameText("x") };
    const away = { ...sealed, sources: { east: { health: "unknown", seenAt: 1, error } as const } };
    expect(left(away, ["vault-sealed", "vault-1"]).muted).toBe(0);
    expect(left(null, ["vault-sealed", "vault-1"]).muted).toBe(0);
    expect(left(problems(), ["vault-sealed", "vault-1"]).muted).toBe(0);
  });
});

it.each([
  ["estate", "estate-drift", "estate:file"],
  ["parity:regions", "estate-drift", "estate:regions"],
  ["pra-readiness:shop", "readiness-red", "estate:plan shop"],
  ["bundle-late", "bundle-old", "estate:bundle"],
  ["bundle-none", "bundle-old", "estate:bundle"],
] as const)("the line %s is quiet with its finding, and no other is", (key, rule, about) => {
  const others = ["journal", "bundle-opened", "pra-side:shop", "question:1"].map((each) => need(each));
  expect(withoutMuted([need(key), ...others], [muted(rule, about)], () => null)).toEqual({
    needs: others,
    muted: 1,
  });
});
