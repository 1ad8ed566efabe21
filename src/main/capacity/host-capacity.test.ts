import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Action } from "../actions/action.ts";
import { capacityGuard } from "../actions/guards.ts";
import { maintenanceActions } from "../maintenance/actions.ts";
import type { MaintenanceMarks } from "../maintenance/maintenance.ts";
import { CapacityEngine } from "./engine.ts";
import { hostCapacity, hostRoom } from "./host-capacity.ts";
import { Hypervisor } from "./testing/hypervisor.ts";

let engine: CapacityEngine;
let east: Hypervisor;
beforeEach(() => {
  east = new Hypervisor();
  engine = new CapacityEngine({ inventory: east.inventory, estate: () => null });
  east.cluster("prod").host("esx-1", "prod").host("esx-2", "prod").vm("db-9", "esx-1", 96);
});
afterEach(() => {
  engine.close();
  east.inventory.close();
});

const host = (name: string) => {
  const found = east.inventory.get(east.id(name));
  if (!found) throw new Error(`${name} is not known`);
  return found;
};
const restart = { id: "x", risk: "disruptive", effect: "once" } as Action;
const guard = () => capacityGuard((resource) => hostCapacity(engine, east.inventory, resource));

test("what takes a host away is refused without a reason when its VMs fit nowhere else", async () => {
  east.tell();
  expect(await guard().check(restart, host("esx-1"))).toMatchObject({ allowed: true });
  east.vm("db-8", "esx-2", 64).tell();
  const verdict = await guard().check(restart, host("esx-1"));
  expect(verdict).toMatchObject({
    allowed: false,
    opensWithReason: true,
    text: {
      en: "Without esx-1, db-9 (96 GiB) does not fit on the one other host.",
      fr: "Sans esx-1, db-9 (96 Gio) ne tient pas sur le seul autre hôte.",
    },
  });
  expect(await guard().check({ ...restart, risk: "safe" }, host("esx-1"))).toMatchObject({ allowed: true });
  expect(await guard().check(restart, host("db-9"))).toMatchObject({ allowed: true });
});

test("what cannot be told is not enough", async () => {
  east.tell().fail(["esx-2"]);
  expect(await guard().check(restart, host("esx-1"))).toMatchObject({
    allowed: false,
    text: { en: "It cannot be told: esx-2 was not read lately, or without figures." },
  });
});

test("a host under another name is judged as what it is for its hypervisor", () => {
  east.tell();
  const sameMachine = [{ id: "east/esx-1", kind: "host" as const }];
  const relations = { relations: () => ({ sameMachine, byName: [] }) };
  const alike = { relations: () => ({ sameMachine: [], byName: sameMachine }) };
  const other = { ...host("esx-1"), id: "tower-a", system: "amt" };
  expect(hostCapacity(engine, relations, other)).toMatchObject({ enough: true });
  expect(hostCapacity(engine, alike, other)).toMatchObject({ enough: true });
  expect(hostCapacity(engine, { relations: () => ({ sameMachine: [], byName: [] }) }, other)).toBeNull();
});

test("a host is put into maintenance only if its VMs have a place elsewhere, unless that is not asked for", async () => {
  east.vm("db-8", "esx-2", 64).tell();
  const begun = vi.fn();
  const marks = { of: () => null, begin: begun } as unknown as MaintenanceMarks;
  const [begin] = maintenanceActions({
    marks,
    resources: () => east.inventory.all(),
    roomWithoutHost: (each) => hostRoom(engine, east.inventory, each),
    now: () => 1,
  });
  const context = (name: string) => ({ resource: host(name), committed: () => {} }) as never;
  const input = { reason: "", duration: "1h", onlyIfSpared: true };
  const spared = await begin?.probe(context("esx-2"), input);
  expect(spared).toMatchObject({
    state: "impossible",
    observed: { room: { vms: 1, unplaced: 1, others: 1 } },
  });
  await expect(begin?.apply(context("esx-2"), input, {} as never)).rejects.toThrow(
    "db-8 (64 GiB) does not fit",
  );
  expect(begun).not.toHaveBeenCalled();
  const asked = await begin?.probe(context("esx-2"), { ...input, onlyIfSpared: false });
  expect(asked).toMatchObject({ state: "needed" });
  expect(begin?.fieldsFor?.(host("esx-2")).map(({ name }) => name)).toContain("onlyIfSpared");
});
