import fc from "fast-check";
import { expect, test } from "vitest";
import { readXml, type XmlElement } from "../xml.ts";
import type { ObjectUpdate } from "./client/collector.ts";
import { Mirror } from "./mirror.ts";
import { propertySets, snapshotsOf } from "./properties.ts";
import { healthOf, seenOf } from "./seen.ts";

const types = Object.keys(propertySets);
const words = fc.oneof(
  fc.constantFrom(
    "true",
    "red",
    "connected",
    "99999999999999999999",
    "-1",
    "2026-01-01T00:00:00Z",
    "NaN",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const element: fc.Memo<XmlElement> = fc.memo((depth) =>
  fc.record({
    namespace: fc.constant("urn:vim25"),
    name: fc.constantFrom(
      ...["val", "string", "AlarmState", "rootSnapshotList", "snapshot", "capacity", "freeSpace", "entity"],
    ),
    attributes: fc.constant(new Map<string, string>()),
    children: depth > 1 ? fc.array(element(depth - 1), { maxLength: 3 }) : fc.constant([]),
    text: words,
  }),
);
const property = fc.constantFrom(
  ...Object.values(propertySets).flat(),
  "summary.config.numCpu",
  "__proto__",
  "odd",
);
const update: fc.Arbitrary<ObjectUpdate> = fc.record({
  kind: fc.constantFrom("enter", "modify", "leave"),
  object: fc.record({
    type: fc.constantFrom(...types, "Odd"),
    id: fc.constantFrom("a", "b", "c", "__proto__"),
  }),
  changes: fc.array(
    fc.record({ name: property, removed: fc.boolean(), value: fc.option(element(3), { nil: undefined }) }),
    { maxLength: 6 },
  ),
  refused: fc.array(property, { maxLength: 2 }),
});

test("whatever is told, it holds what entered and did not leave, and all of it can be shown", () => {
  fc.assert(
    fc.property(fc.array(update, { maxLength: 30 }), (updates) => {
      const mirror = new Mirror();
      const there = new Set<string>();
      for (const each of updates) {
        mirror.apply([each]);
        if (each.kind === "leave") there.delete(each.object.id);
        else there.add(each.object.id);
      }
      expect([...mirror.all()].map(({ id }) => id).sort()).toEqual([...there].sort());
      const around = {
        nameOf: (id: string | null) => id,
        datacenter: null,
        cluster: null,
        alarmName: (alarm: string) => alarm,
        vms: { all: 0, on: 0 },
        now: 1_800_000_000_000,
      };
      for (const held of mirror.all()) {
        const seen = seenOf(held, around);
        if (!seen) continue;
        expect(["ok", "warning", "critical", "unknown"]).toContain(healthOf(seen.problems));
        for (const value of Object.values(seen.facts)) expect(Number.isNaN(value)).toBe(false);
      }
    }),
  );
});

test("updates in one set come to the same as in many", () => {
  fc.assert(
    fc.property(fc.array(update, { maxLength: 20 }), (updates) => {
      const [one, many] = [new Mirror(), new Mirror()];
      one.apply(updates);
      for (const each of updates) many.apply([each]);
      expect([...one.all()]).toEqual(expect.arrayContaining([...many.all()]));
      expect(one.size).toBe(many.size);
    }),
  );
});

test("reads a tree of snapshots in depth-first order", () => {
  const snapshot = (id: string, inside = "") =>
    `<snapshot type="VirtualMachineSnapshot">${id}</snapshot><name>${id}%2fx</name><createTime>2026-01-01T00:00:00Z</createTime>${inside}`;
  const tree = `<val><rootSnapshotList>${snapshot("s-1", `<childSnapshotList>${snapshot("s-2")}</childSnapshotList>`)}</rootSnapshotList><rootSnapshotList>${snapshot("s-3")}</rootSnapshotList></val>`;
  expect(snapshotsOf(readXml(tree)).map(({ name }) => name)).toEqual(["s-1/x", "s-2/x", "s-3/x"]);
});

test("what is nearly full, unreachable or long forgotten is a problem", () => {
  const mirror = new Mirror();
  const enter = (type: string, id: string, values: Record<string, string>): ObjectUpdate => ({
    kind: "enter",
    object: { type, id },
    refused: [],
    changes: Object.entries(values).map(([name, value]) => ({
      name,
      removed: false,
      value: readXml(`<val>${value}</val>`),
    })),
  });
  const day = 86_400_000;
  const now = Date.parse("2026-02-01T00:00:00Z");
  mirror.apply([
    enter("Datastore", "d-1", { summary: "<capacity>100</capacity><freeSpace>5</freeSpace>" }),
    enter("Datastore", "d-2", { summary: "<capacity>100</capacity><freeSpace>16</freeSpace>" }),
    enter("Datastore", "d-3", { summary: "<accessible>false</accessible>" }),
    enter("HostSystem", "h-1", { "runtime.connectionState": "notResponding" }),
    enter("VirtualMachine", "v-1", {
      snapshot: `<rootSnapshotList><snapshot>s</snapshot><createTime>${new Date(now - 8 * day).toISOString()}</createTime></rootSnapshotList>`,
    }),
    enter("ClusterComputeResource", "c-1", {
      summary: "<numHosts>3</numHosts><numEffectiveHosts>2</numEffectiveHosts>",
      configurationEx: "<dasConfig><enabled>false</enabled></dasConfig>",
    }),
  ]);
  const around = {
    nameOf: () => null,
    datacenter: null,
    cluster: null,
    alarmName: () => "",
    vms: { all: 0, on: 0 },
    now,
  };
  const problems = (id: string) => {
    const held = mirror.get(id);
    return held && seenOf(held, around)?.problems.map(({ code, health }) => `${code} ${health}`);
  };
  expect(problems("d-1")).toEqual(["vsphere.datastore-full critical"]);
  expect(problems("d-2")).toEqual([]);
  expect(problems("d-3")).toEqual(["vsphere.datastore-inaccessible critical"]);
  expect(problems("h-1")).toEqual(["vsphere.host-not-responding critical"]);
  expect(problems("v-1")).toEqual(["vsphere.old-snapshot warning"]);
  expect(problems("c-1")).toEqual(["vsphere.hosts-missing warning", "vsphere.ha-off warning"]);
});

test("load is told in steps, at either end, and not of what is off", () => {
  const mirror = new Mirror();
  const told = (values: Record<string, string>, kind: "enter" | "modify" = "modify") => {
    const changes = Object.entries(values).map(([name, value]) => ({
      name,
      removed: false,
      value: readXml(`<val>${value}</val>`),
    }));
    return (
      mirror.apply([{ kind, object: { type: "VirtualMachine", id: "v" }, changes, refused: [] }]).changed
        .size > 0
    );
  };
  const cpu = "summary.quickStats.overallCpuUsage";
  const memory = "summary.quickStats.guestMemoryUsage";
  const shown = () => {
    const held = mirror.get("v");
    return held?.is === "vm" ? held.load.shown : null;
  };
  told(
    {
      [cpu]: "1000",
      [memory]: "512",
      "runtime.powerState": "poweredOn",
      "runtime.maxCpuUsage": "2000",
      "summary.config": "<memorySizeMB>1024</memorySizeMB>",
    },
    "enter",
  );
  expect(shown()).toEqual({ cpu: 50, memory: 50 });
  expect(told({ [cpu]: "1080" })).toBe(false);
  expect(shown()).toEqual({ cpu: 50, memory: 50 });
  expect(told({ [cpu]: "1100" })).toBe(true);
  expect(shown()).toEqual({ cpu: 55, memory: 50 });
  expect(told({ [cpu]: "1160", name: "another" })).toBe(true);
  expect(told({ [cpu]: "9999" })).toBe(true);
  expect(shown()?.cpu).toBe(100);
  told({ "runtime.powerState": "poweredOff" });
  expect(shown()).toEqual({ cpu: null, memory: null });
});

test("what admission control keeps is said in words and figures", () => {
  const policy = (type: string, inside: string) =>
    `<dasConfig><enabled>true</enabled><admissionControlEnabled>true</admissionControlEnabled><admissionControlPolicy xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inside}</admissionControlPolicy></dasConfig>`;
  const factsOf = (configuration: string) => {
    const mirror = new Mirror();
    const change = { name: "configurationEx", removed: false, value: readXml(`<val>${configuration}</val>`) };
    const object = { type: "ClusterComputeResource", id: "c" };
    mirror.apply([{ kind: "enter", object, changes: [change], refused: [] }]);
    const held = mirror.get("c");
    const vms = { all: 0, on: 0 };
    const around = { nameOf: () => null, datacenter: null, cluster: null, alarmName: () => "", vms, now: 0 };
    return held && seenOf(held, around)?.facts;
  };
  expect(
    factsOf(policy("ClusterFailoverLevelAdmissionControlPolicy", "<failoverLevel>2</failoverLevel>")),
  ).toMatchObject({ "vsphere.admissionPolicy": "FailoverLevel", "vsphere.failoverLevel": 2 });
  const shares =
    "<cpuFailoverResourcesPercent>25</cpuFailoverResourcesPercent><memoryFailoverResourcesPercent>30</memoryFailoverResourcesPercent>";
  expect(factsOf(policy("ClusterFailoverResourcesAdmissionControlPolicy", shares))).toMatchObject({
    "vsphere.admissionPolicy": "FailoverResources",
    "vsphere.reservedProcessors": 25,
    "vsphere.reservedMemory": 30,
  });
});
