import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readXml } from "../../../xml.ts";
import type { GuestNow, HostNow } from "../host-reading.ts";
import { type ClusterNow, rulesOf } from "./cluster.ts";
import { pinOf } from "./pins.ts";
import { type PlanInput, planMoves } from "./plan.ts";

const gib = 2 ** 30;
const host = (id: string, more: Partial<HostNow> = {}): HostNow => ({
  ...{ type: "HostSystem", id, name: id, connection: "connected", power: "poweredOn", maintenance: false },
  ...{ bootedAt: 1, parent: null, vms: [], datastores: ["d"], networks: ["n"], cores: 16, memory: 64 * gib },
  ...more,
});
const guest = (id: string, more: Partial<GuestNow> = {}): GuestNow => ({
  ...{ type: "VirtualMachine", id, name: id, power: "poweredOn", host: "h0", template: false },
  ...{ memory: 4 * gib, vcpus: 2, datastores: ["d"], networks: ["n"], pinned: null, isAgent: false },
  ...more,
});
const free: ClusterNow = {
  ...{ name: "c", hosts: [], movesItself: () => false, together: [], apart: [], hostRules: [] },
};
const input = (guests: GuestNow[], more: Partial<PlanInput> = {}): PlanInput => ({
  guests,
  ...{
    hosts: [host("h1"), host("h2")],
    cluster: free,
    load: new Map(),
    places: new Map(),
    limits: { memoryRatio: 1, vcpuPerCore: null },
  },
  ...more,
});
const whyOf = (made: PlanInput) => planMoves(made).unplaced[0]?.why.en;

describe("a plan", () => {
  test("says what keeps each VM: storage, networks, rules, vCenter's own word, hosts that take none", () => {
    expect(whyOf(input([guest("a", { datastores: ["local"] })]))).toMatch(/storage that no other host/);
    expect(whyOf(input([guest("a", { networks: ["n", "m"] })]))).toMatch(/all of its networks/);
    expect(whyOf(input([guest("a")], { hosts: [host("h1", { maintenance: true })] }))).toMatch(
      /No other host/,
    );
    const must = {
      name: "licence",
      vms: new Set(["a"]),
      allowed: new Set(["h0"]),
      forbidden: new Set<string>(),
    };
    expect(whyOf(input([guest("a")], { cluster: { ...free, hostRules: [must] } }))).toMatch(/rule licence/);
    const against = new Map([["a", new Map(["h1", "h2"].map((id) => [id, { en: "no", fr: "non" }]))]]);
    expect(whyOf(input([guest("a")], { incompatible: against }))).toMatch(/other host: no\./);
  });

  test("fills no host beyond the ceilings of its environment, and tells room from what binds", () => {
    const limits = { memoryRatio: 1, vcpuPerCore: 2 };
    const load = new Map([
      ["h1", { memory: 0, vcpus: 31 }],
      ["h2", { memory: 62 * gib, vcpus: 0 }],
    ]);
    const full = planMoves(input([guest("a")], { limits, load }));
    expect(full.unplaced).toMatchObject([{ vm: "a", bound: false }]);
    const free = planMoves(input([guest("a")], { limits: { ...limits, vcpuPerCore: 3 }, load }));
    expect(free.moves).toEqual([{ vm: "a", to: "h1" }]);
    const local = planMoves(input([guest("a", { datastores: ["local"] })]));
    expect(local.unplaced).toMatchObject([{ vm: "a", bound: true }]);
  });

  test("sends VMs that are to be together to one host, and those apart to different ones", () => {
    const cluster = {
      ...free,
      together: [{ name: "t", vms: ["a", "b"] }],
      apart: [{ name: "x", vms: ["a", "c"] }],
    };
    const { moves, unplaced } = planMoves(input([guest("a"), guest("b"), guest("c")], { cluster }));
    const at = new Map(moves.map(({ vm, to }) => [vm, to]));
    expect(unplaced).toEqual([]);
    expect([at.get("a") === at.get("b"), at.get("a") === at.get("c")]).toEqual([true, false]);
    const places = new Map([
      ["z", "h1"],
      ["y", "h2"],
    ]);
    const far = { ...free, apart: [{ name: "x", vms: ["a", "z", "y"] }] };
    expect(whyOf(input([guest("a")], { cluster: far, places }))).toMatch(
      /apart from VMs on every other host/,
    );
  });

  test("loses no VM, overfills no host and keeps every rule, whatever there is", () => {
    const someGuests = fc.array(fc.record({ memory: fc.integer({ min: 1, max: 40 }), on: fc.boolean() }), {
      maxLength: 12,
    });
    const someRule = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 4 });
    fc.assert(
      fc.property(someGuests, someRule, someRule, (sizes, apart, together) => {
        const guests = sizes.map(({ memory, on }, index) =>
          guest(`g${index}`, { memory: memory * gib, power: on ? "poweredOn" : "poweredOff" }),
        );
        const vms = (numbers: number[]) => numbers.map((number) => `g${number}`);
        const cluster = {
          ...free,
          apart: [{ name: "x", vms: vms(apart) }],
          together: [{ name: "t", vms: vms(together) }],
        };
        const { moves, unplaced } = planMoves(input(guests, { cluster }));
        const all = [...moves, ...unplaced].map(({ vm }) => vm);
        expect(all.sort()).toEqual(guests.map(({ id }) => id).sort());
        for (const id of ["h1", "h2"]) {
          const here = moves
            .filter(({ to }) => to === id)
            .map(({ vm }) => guests.find((one) => one.id === vm));
          const used = here.reduce((sum, one) => sum + (one?.power === "poweredOn" ? one.memory : 0), 0);
          expect(used).toBeLessThanOrEqual(64 * gib);
        }
        const hostsOf = (numbers: number[]) =>
          moves.filter(({ vm }) => vms(numbers).includes(vm)).map(({ to }) => to);
        const overlap = apart.filter((number) => together.includes(number)).length;
        if (overlap < 2) expect(new Set(hostsOf(apart)).size).toBe(hostsOf(apart).length);
        expect(new Set(hostsOf(together)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what is read of a cluster", () => {
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const config = (drs: string) =>
    readXml(
      `<val ${xsi}><drsConfig>${drs}</drsConfig><drsVmConfig><key type="VirtualMachine">own</key><behavior>manual</behavior></drsVmConfig><drsVmConfig><key type="VirtualMachine">off</key><enabled>false</enabled></drsVmConfig><group xsi:type="ClusterVmGroup"><name>vms</name><vm type="VirtualMachine">a</vm></group><group xsi:type="ClusterHostGroup"><name>hosts</name><host type="HostSystem">h1</host></group><rule xsi:type="ClusterVmHostRuleInfo"><enabled>true</enabled><name>must</name><mandatory>true</mandatory><vmGroupName>vms</vmGroupName><affineHostGroupName>hosts</affineHostGroupName></rule><rule xsi:type="ClusterVmHostRuleInfo"><name>should</name><mandatory>false</mandatory><vmGroupName>vms</vmGroupName><antiAffineHostGroupName>hosts</antiAffineHostGroupName></rule><rule xsi:type="ClusterAntiAffinityRuleSpec"><enabled>false</enabled><name>old</name><vm type="VirtualMachine">a</vm></rule><rule xsi:type="ClusterAntiAffinityRuleSpec"><enabled>true</enabled><name>apart</name><vm type="VirtualMachine">a</vm><vm type="VirtualMachine">b</vm></rule></val>`,
    );

  test("are the rules that bind, and what DRS moves by itself", () => {
    const read = rulesOf(
      config("<enabled>true</enabled><defaultVmBehavior>fullyAutomated</defaultVmBehavior>"),
    );
    expect(read.apart).toEqual([{ name: "apart", vms: ["a", "b"] }]);
    expect(read.together).toEqual([]);
    expect(read.hostRules.map(({ name, allowed }) => [name, [...(allowed ?? [])]])).toEqual([
      ["must", ["h1"]],
    ]);
    expect(["any", "own", "off"].map(read.movesItself)).toEqual([true, false, false]);
    const off = rulesOf(
      config("<enabled>false</enabled><defaultVmBehavior>fullyAutomated</defaultVmBehavior>"),
    );
    expect([off.apart.length, off.hostRules.length, off.movesItself("any")]).toEqual([0, 0, false]);
    expect(rulesOf(undefined).movesItself("any")).toBe(false);
  });

  test("is which device binds a VM, only while it is connected", () => {
    const drive = (connected: boolean, backing: string) =>
      pinOf(
        readXml(
          `<val ${xsi}><VirtualDevice xsi:type="VirtualCdrom"><deviceInfo><label>CD/DVD drive 1</label></deviceInfo><backing xsi:type="${backing}"/><connectable><connected>${connected}</connected></connectable></VirtualDevice></val>`,
        ),
      )?.en ?? null;
    expect(drive(true, "VirtualCdromAtapiBackingInfo")).toContain("CD/DVD drive 1");
    expect(drive(false, "VirtualCdromAtapiBackingInfo")).toBeNull();
    expect(drive(true, "VirtualCdromIsoBackingInfo")).toBeNull();
    expect(pinOf(undefined)).toBeNull();
  });
});
