import { expect, test } from "vitest";
import { z } from "zod";
import { catalogueOf } from "./catalogue.ts";

test("an action of two systems can be done on what either of them takes it for", () => {
  const silence = { id: "alertmanager.silence", effect: "convergent" as const, input: z.object({}) };
  const catalogue = catalogueOf([
    { ...silence, kinds: ["host", "vm"], undo: () => {} },
    { ...silence, kinds: ["cluster", "host"] },
  ]);
  expect([...catalogue.values()]).toMatchObject([{ id: silence.id, kinds: ["host", "vm", "cluster"] }]);
  expect(catalogue.get(silence.id)?.undo).toBeDefined();
});
