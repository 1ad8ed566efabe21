import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EstateCopy, estateCopySchema } from "../../../shared/estate-copy.ts";
import { copiedWorld } from "../../servers/copy/world.ts";
import { derivedEstate as derivedFor } from "./derived-estate.ts";

/** The derived estate, with the machines as the lab lays them out. */
function derivedEstate(copy: EstateCopy, bouncePort: number) {
  return derivedFor(copy, { port: bouncePort, machines: copiedWorld(copy, { seed: 1, now: 0 }).machines });
}

const identifier = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.string({ minLength: 1, maxLength: 20 });
/** Real addresses and names of somebody, and words that mean to be a way somewhere. */
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("objects.example", "vault.example", "bounce.example"),
);
const port = fc.integer({ min: 1, max: 65_535 });
const place = fc.record({ address, port });
const places = fc.dictionary(identifier, place, { minKeys: 1, maxKeys: 3 });
const duration = fc.constantFrom("5s", "1h");

const swift = fc.record({ ends: places, lagWithin: duration }).map(({ ends, lagWithin }) => {
  const [end = ""] = Object.keys(ends);
  const between = ["one", "two"].map((container) => ({ end, container }));
  return {
    type: "swift",
    ends: Object.fromEntries(Object.entries(ends).map(([id, each]) => [id, { ...each, containers: {} }])),
    replications: { documents: { between, from: end, lagWithin } },
  };
});
const s3 = place.map((at) => ({ type: "s3", ...at, buckets: {} }));
const dns = fc.record({ servers: places, resolvers: places }).map(({ servers, resolvers }) => ({
  type: "dns",
  servers,
  resolvers,
  zones: { own: { name: "shop.example", servers: Object.keys(servers), changes: true } },
  records: {},
  hosts: [],
}));
const web = fc
  .record({ resolvers: places, to: fc.option(address), came: fc.option(address), contains: words })
  .map(({ resolvers, to, came, contains }) => ({
    type: "web",
    resolvers,
    checks: {
      start: {
        url: "https://shop.example/health",
        ...(to === null ? {} : { resolveWith: to }),
        contains,
        address: came,
        answered: true,
      },
    },
  }));
const webhook = identifier.map((id) => ({ type: "webhook", channels: { [id]: {} } }));
const fileStore = address.map((at) => ({
  type: "file-store",
  servers: { store: { address: at } },
  jobs: {
    files: { unit: "backup", runsOn: ["store"], of: [], offSite: true, on: ["store"], lastRun: null },
  },
}));
const host = fc.record({ address, kind: fc.constantFrom("host", "vm"), isOff: fc.boolean() });
const ssh = fc.dictionary(identifier, host, { minKeys: 1 }).map((hosts) => ({
  type: "ssh",
  hosts: Object.fromEntries(
    Object.entries(hosts).map(([id, each]) => [
      id,
      { ...each, processors: null, memory: null, system: "debian", pending: 0, failedUnits: [] },
    ]),
  ),
}));
const board = fc.record({ address, isSecure: fc.boolean(), hasScreen: fc.boolean(), isOff: fc.boolean() });
const amt = fc.dictionary(identifier, board, { minKeys: 1 }).map((machines) => ({ type: "amt", machines }));
const screen = fc.record({ address, port, kind: fc.constantFrom("host", "vm") });
const vnc = fc.dictionary(identifier, screen, { minKeys: 1 }).map((screens) => ({ type: "vnc", screens }));
const alertmanager = place.map((at) => ({ type: "alertmanager", ...at, silence: {} }));
const machine = { processors: 4, cores: 4, sockets: 1, memory: 1, version: null, isOff: false };
const vsphere = address.map((at) => ({
  type: "vsphere",
  address: at,
  datacenter: "One",
  datacenters: {},
  clusters: [],
  hosts: [],
  guests: [],
  storages: [],
}));
const proxmox = fc.array(fc.option(address), { minLength: 1, maxLength: 3 }).map((own) => ({
  type: "proxmox",
  isHighlyAvailable: false,
  offSite: [],
  nodes: own.map((at, index) => ({ ...machine, name: `node-${index}`, address: at })),
  guests: [],
  storages: [],
  backups: [],
  replications: [],
}));
const kubernetes = identifier.map((name) => ({
  type: "kubernetes",
  only: [],
  openshift: false,
  nodes: [],
  namespaces: [{ name, workloads: [] }],
  kasten: null,
}));
const machines = fc.oneof(ssh, amt, vnc, alertmanager, vsphere, proxmox);
const copies = fc
  .dictionary(identifier, fc.oneof(swift, s3, dns, web, webhook, fileStore, kubernetes, machines), {
    minKeys: 1,
  })
  .map(
    (systems): EstateCopy =>
      estateCopySchema.parse({
        passerelleCopy: 1,
        name: "Real",
        madeAt: 0,
        environments: {},
        sites: {},
        operators: {},
        plans: {},
        procedures: {},
        systems,
        leftOut: { systems: [], resources: [], steps: [] },
      }),
  );

/** Every object in it, with those that it lies in, the innermost first. */
function* objectsIn(value: unknown, around: object[] = []): Generator<object[]> {
  if (typeof value !== "object" || value === null) return;
  const here = [value, ...around];
  yield here;
  for (const each of Object.values(value)) yield* objectsIn(each, here);
}

const leads = ["address", "url", "login", "server", "servers", "kubeconfig", "resolveWith"];
const isSecret = (word: unknown) => typeof word === "string" && /^(keychain|vault|env|file):/.test(word);

describe("the estate of a copy", () => {
  it("has one way alone, into the lab: whatever has an address goes through its bounce", () => {
    fc.assert(
      fc.property(copies, port, (copy, bouncePort) => {
        const { reach, systems } = derivedEstate(copy, bouncePort);
        expect(reach).toMatchObject({ hops: { bounce: { address: "127.0.0.1", port: bouncePort } } });
        expect(Object.keys(Object(reach).hops)).toEqual(["bounce"]);
        for (const [innermost, ...around] of objectsIn(systems)) {
          const own = Object(innermost);
          if (own.via !== undefined) expect(own.via).toBe("bounce");
          expect(own.transport).toBeUndefined();
          if (!leads.some((key) => typeof own[key] === "string")) continue;
          // Where a replication's other end is, is a name within the lab's own realm.
          if (typeof own.address === "string" && own.address.startsWith("//copy/")) continue;
          const ways = [own, ...around].map((each) => Object(each).via);
          expect(ways.find((way) => way !== undefined)).toBe("bounce");
        }
      }),
    );
  });

  it("has no secret but the lab's own, and trusts the lab's authority alone", () => {
    fc.assert(
      fc.property(copies, (copy) => {
        const derived = derivedEstate(copy, 2222);
        for (const [innermost] of objectsIn(derived)) {
          for (const [key, word] of Object.entries(Object(innermost))) {
            if (key !== "contains" && isSecret(word)) expect(word).toMatch(/^file:secrets\/[A-Za-z0-9_-]+$/);
            if (key === "certificateAuthority")
              expect(word).toMatch(/^keys\/(copy|proxmox-[a-z]+)-authority\.crt$/);
            if (key === "pin" || key === "clientCertificate") expect(word).toBeUndefined();
          }
        }
      }),
    );
  });

  it("looks no name up but in the lab", () => {
    fc.assert(
      fc.property(copies, (copy) => {
        const { systems } = derivedEstate(copy, 2222);
        for (const [innermost] of objectsIn(systems)) {
          const own = Object(innermost);
          if (own.check === "http") expect(typeof own.resolveWith).toBe("string");
        }
      }),
    );
  });
});
