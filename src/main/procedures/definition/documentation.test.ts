import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { catalogueOf } from "./catalogue.ts";
import { checkProcedureFiles } from "./read.ts";
import { smallActions } from "./testing/small-estate.ts";

test("the examples of the documentation are procedures without fault", () => {
  const page = readFileSync(new URL("../../../../docs/procedures.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
    ([, source = ""]) => parse(source).procedures,
  );
  expect(examples).not.toEqual([]);
  const patch = { id: "ssh.patch", kinds: ["host", "vm"] as const, effect: "once" as const };
  const input = z.strictObject({ deadlineMinutes: z.int().max(720) });
  const catalogue = catalogueOf([...smallActions, { ...patch, input }]);
  for (const example of examples) {
    const { procedures, faults } = checkProcedureFiles(
      [{ file: "docs", source: stringify(example) }],
      catalogue,
    );
    expect(faults).toEqual([]);
    expect(Object.keys(procedures)).toEqual(Object.keys(example));
  }
});
