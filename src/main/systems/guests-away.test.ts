import { expect, test } from "vitest";
import { awayByNames, awayByRecord } from "./guests-away.ts";

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

test("VMs are named by name or identifier; no name is none, not all", () => {
  const find = (isNamed: (id: string, name: string | null) => boolean) =>
    ["vm-1", "vm-2", "vm-3"].filter((id) => isNamed(id, id === "vm-2" ? "mail" : null));
  expect(awayByNames(" mail ,, vm-3,unknown", find)).toEqual(
    new Map([
      ["vm-2", null],
      ["vm-3", null],
    ]),
  );
  expect(awayByNames("nobody", find)).toEqual(new Map());
  expect(awayByNames(" , ", find)).toBeNull();
});
