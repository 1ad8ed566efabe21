import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estateCopySchema, type SystemCopy } from "../../../shared/estate-copy.ts";
import { CopiedMachines } from "./machines.ts";
import { CopyAddresses } from "./parts.ts";
import { usedAddresses } from "./used-addresses.ts";

const host = (address: string, more: object = {}) => ({
  kind: "host",
  address,
  isOff: false,
  processors: 8,
  memory: 1024,
  system: "ubuntu",
  pending: 2,
  failedUnits: ["cron.service"],
  ...more,
});
const board = (address: string, more: object = {}) => ({
  address,
  isSecure: false,
  hasScreen: true,
  isOff: false,
  ...more,
});

function machinesOf(systems: Record<string, object>): CopiedMachines {
  const copy = estateCopySchema.parse({
    passerelleCopy: 1,
    name: "Real",
    madeAt: 0,
    environments: {},
    sites: { east: {} },
    operators: {},
    plans: {},
    procedures: {},
    systems,
    leftOut: { systems: [], resources: [], steps: [] },
  });
  return new CopiedMachines(copy, new CopyAddresses(usedAddresses(copy)));
}

describe("the machines of a copy", () => {
  it("are one where SSH and a management engine name the same, the engine at its own address", () => {
    const machines = machinesOf({
      hosts: { type: "ssh", site: "east", hosts: { one: host("192.0.2.1") } },
      boards: { type: "amt", machines: { one: board("192.0.2.201", { isSecure: true, isOff: true }) } },
    });
    expect(machines.all).toEqual([
      expect.objectContaining({
        id: "one",
        role: "tower",
        address: "192.0.2.1",
        managementAddress: "192.0.2.201",
        firmware: "recent",
        region: "east",
        system: "ubuntu",
        isOff: true,
      }),
    ]);
  });

  it("are one where a file store or a cluster's node stands at a host's address", () => {
    const node = {
      name: "pve-1",
      processors: 1,
      cores: 1,
      sockets: 1,
      memory: 1,
      version: null,
      isOff: false,
    };
    const machines = machinesOf({
      hosts: { type: "ssh", hosts: { one: host("192.0.2.1", { kind: "vm" }) } },
      store: { type: "file-store", servers: { files: { address: "192.0.2.1" } }, jobs: {} },
      pve: {
        type: "proxmox",
        isHighlyAvailable: false,
        offSite: [],
        nodes: [{ ...node, address: "192.0.2.1" }],
        guests: [],
        storages: [],
        backups: [],
        replications: [],
      },
    });
    expect(machines.all.map(({ id, role }) => [id, role])).toEqual([["one", "tower"]]);
    expect(machines.server("store", "files").id).toBe("one");
    expect(machines.node("pve", "pve-1").id).toBe("one");
  });

  it("are several where hosts share the address of a bounce that publishes them, and none is called like the lab's", () => {
    const machines = machinesOf({
      hosts: {
        type: "ssh",
        hosts: { bounce: host("192.0.2.1"), two: host("192.0.2.1", { parent: "bounce" }) },
      },
    });
    const [first, second] = machines.all;
    expect([first?.id, second?.id]).toEqual(["hosts-bounce", "two"]);
    expect(first?.address).not.toBe(second?.address);
  });

  it("have places and names of their own, whatever is told", () => {
    const id = fc.stringMatching(/^[a-c]{1,2}$/);
    const address = fc.constantFrom("192.0.2.1", "192.0.2.2", "203.0.113.1", "2001:db8::1");
    const kind = fc.constantFrom("host", "vm");
    const one = fc.record({ address, kind, parent: fc.option(id, { nil: undefined }) });
    const ssh = fc.dictionary(id, one).map((hosts) => ({
      type: "ssh",
      hosts: Object.fromEntries(
        Object.entries(hosts).map(([key, { address: at, ...more }]) => [key, host(at, more)]),
      ),
    }));
    const amt = fc.dictionary(id, address).map((all) => ({
      type: "amt",
      machines: Object.fromEntries(Object.entries(all).map(([key, at]) => [key, board(at)])),
    }));
    const store = fc
      .dictionary(id, fc.record({ address }))
      .map((servers) => ({ type: "file-store", servers, jobs: {} }));
    const systems = fc.dictionary(id, fc.oneof(ssh, amt, store) as fc.Arbitrary<object>);
    fc.assert(
      fc.property(systems, (all) => {
        const machines = machinesOf(all as Record<string, SystemCopy>).all;
        for (const of of [
          machines.map((machine) => machine.id),
          machines.map((machine) => machine.address),
        ]) {
          expect(new Set(of).size).toBe(of.length);
        }
        const towers = new Set(machines.filter(({ role }) => role === "tower").map((machine) => machine.id));
        for (const { tower } of machines) if (tower !== undefined) expect(towers).toContain(tower);
      }),
    );
  });
});
