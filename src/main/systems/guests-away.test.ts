import { expect, test } from "vitest";
import { awayByRecord } from "./guests-away.ts";

test("the record of a departure ends at the last whole list, and takes what it cannot read as nothing", () => {
  const task = (action: string, away: unknown, verb: "apply" | "undo" = "apply") => ({
    ...{ task: "t", action, verb, at: 0 },
    observed: { away } as never,
  });
  expect(
    awayByRecord(
      [
        task("vsphere.evacuate", { a: "h2" }),
        task("vsphere.evacuate", "garbage"),
        task("vsphere.evacuate", { a: "h1", b: "h1", c: 7 }),
        task("vsphere.return-vms", { d: "h3" }),
        task("vsphere.evacuate", { e: "h1" }),
      ],
      ["vsphere.note-guests", "vsphere.return-vms"],
    ),
  ).toEqual(new Map(Object.entries({ a: "h2", b: "h1", d: "h3" })));
});
