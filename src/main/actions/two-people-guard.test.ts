import { describe, expect, it } from "vitest";
import type { Resource } from "../../shared/resource.ts";
import { askGuards } from "./guards.ts";
import { type Decision, twoPeopleGuard } from "./two-people-guard.ts";

const vault = { id: "vault", name: "Vault" } as Resource;
const seal = {
  id: "vault.seal",
  risk: "destructive",
  effect: "convergent",
  decidedIn: "vault-seal",
} as const;
const asked = (decision: Decision | null, action: Parameters<typeof askGuards>[1] = seal) =>
  askGuards([twoPeopleGuard(() => decision)], action, vault);

describe("what two people decide upon", () => {
  it("is refused on one person's own word, and no reason opens that", async () => {
    const [verdict] = await asked(null);
    expect(verdict).toMatchObject({ guard: "two-people", allowed: false });
    expect(verdict?.opensWithReason).toBeUndefined();
    expect(verdict?.text.en).toContain("begin the procedure “vault-seal”");
    expect(verdict?.text.fr).toContain("lancez la procédure « vault-seal »");
  });

  it.each(["two-people", "break-glass", "console"] as const)(
    "is done on the word of: %s",
    async (decision) => {
      expect(await asked(decision)).toMatchObject([{ guard: "two-people", allowed: true }]);
    },
  );

  it("leaves alone what one person may decide", async () => {
    const { decidedIn: _, ...other } = seal;
    expect(await asked(null, other)).toEqual([]);
  });
});
