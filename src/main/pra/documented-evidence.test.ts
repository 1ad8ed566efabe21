import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evidenceSchema } from "../../shared/evidence.ts";
import { isSignatureOf, readSignature } from "../people/signature.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "reports");
const reports = (await readdir(folder)).filter((name) => name.endsWith(".json"));

it("there are reports beside the documentation", () => expect(reports).toContain("bascule.json"));

describe.each(reports)("the report %s", (name) => {
  const read = async () => JSON.parse(await readFile(join(folder, name), "utf8"));

  it("has the shape that is documented, and tells of a run that came to its end in time", async () => {
    const { run, tiers, steps, journal, approvals } = evidenceSchema.parse(await read());
    expect(run.status).toBe("completed");
    expect(journal.verdict.intact).toBe(true);
    expect(tiers.map(({ withinRto, withinRpo }) => [withinRto, withinRpo])).toEqual(
      tiers.map(() => [true, true]),
    );
    expect(steps.filter(({ state }) => state !== "verified" && state !== "skipped")).toEqual([]);
    expect(new Set(approvals.map(({ approval }) => approval.operator)).size).toBe(1);
  });

  it("has approvals whose signatures are those of what was asked for", async () => {
    const { approvals } = evidenceSchema.parse(await read());
    expect(approvals.length).toBeGreaterThan(0);
    for (const { namespace, signed, approval } of approvals) {
      const signature = readSignature(approval.signature);
      expect(signature?.namespace).toBe(namespace);
      const isOf = (words: string) => signature !== null && isSignatureOf(signature, Buffer.from(words));
      expect(["", "\n"].some((end) => isOf(`${signed}${end}`))).toBe(true);
      expect(isOf(`${signed} `)).toBe(false);
    }
  });
});
