import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { ManualClock } from "./clock.ts";
import { faultParameters, parseFault } from "./faults.ts";
import { regionKinds } from "./regions.ts";
import { World } from "./world.ts";

const { machines, virtual, regions } = new World({ seed: 1, clock: new ManualClock(), sites: "all" });

describe("parseFault", () => {
  it.each([
    ["machine-dead tower-a", { name: "machine-dead", target: "tower-a", detail: null }],
    ["bounce-down", { name: "bounce-down", target: "bounce", detail: null }],
    ["amt-slow tower-b", { name: "amt-slow", target: "tower-b", detail: null }],
    ["host-dies esx-1.east.example", { name: "host-dies", target: "east-esx-1", detail: null }],
    ["task-fails north-erp-1", { name: "task-fails", target: "north/vm-1001", detail: null }],
    ["vcenter-down east", { name: "vcenter-down", target: "east", detail: null }],
    ["quorum-lost annexe", { name: "quorum-lost", target: "annexe", detail: null }],
    ["region-dead depot", { name: "region-dead", target: "depot", detail: null }],
    ["corrupt-restore-point billing", { name: "corrupt-restore-point", target: "billing", detail: null }],
    ["resolver-stale resolver-2", { name: "resolver-stale", target: "resolver-2", detail: null }],
    ["link-slow web-1 100", { name: "link-slow", target: "web-1", detail: "100" }],
    [
      "unit-failed db-1 postgresql.service",
      { name: "unit-failed", target: "db-1", detail: "postgresql.service" },
    ],
  ])("reads %s", (words, fault) => {
    expect(parseFault(words.split(" "), machines, virtual, regions)).toEqual(fault);
  });

  it.each([
    ["", "no fault named"],
    ["toString web-1", "no fault named"],
    ["machine-dead", "takes 1 words"],
    ["machine-dead nobody", "no machine named"],
    ["bounce-down bounce", "takes 0 words"],
    ["host-dies web-1", "nothing named"],
    ["vcenter-down forge", "nothing named"],
    ["quorum-lost east-production", "nothing named"],
    ["region-dead forge", "nothing named"],
    ["region-half-dead depot", "nothing named"],
    ["resolver-stale east", "nothing named"],
    ["link-slow web-1 0", "not a number of bytes"],
    ["link-slow web-1 fast", "not a number of bytes"],
    ["raid-degraded web-1", "no disks of its own"],
    ["amt-asleep web-1", "no management engine"],
    ["amt-certificate-changed tower-a", "no certificate"],
    ["unit-failed web-1 a;b", "not the name of a unit"],
  ])("refuses '%s'", (words, reason) => {
    expect(() => parseFault(words === "" ? [] : words.split(" "), machines, virtual, regions)).toThrow(
      reason,
    );
  });

  it("gives a fault or says what is wrong, whatever the words", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(faultParameters), ...machines.keys(), "east", "billing", "7"),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        try {
          const { target } = parseFault(words, machines, virtual, regions);
          const all = [machines, ...Object.values(virtual).filter((part) => part instanceof Map)];
          const isOfRegions = regionKinds.some((kind) => regions.knows(kind, target));
          expect(isOfRegions || all.some((each) => each.has(target))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(OpsError);
          expect((error as OpsError).text.fr).not.toBe((error as OpsError).text.en);
        }
      }),
    );
  });
});
