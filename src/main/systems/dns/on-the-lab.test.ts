import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AuthoritativeServer, type NameServerFault } from "../../../lab/servers/dns/authoritative-server.ts";
import { CachingResolver, type ResolverFault } from "../../../lab/servers/dns/caching-resolver.ts";
import { makeZone, type PlainRecord } from "../../../lab/servers/dns/zone.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import type { Observation } from "../../../shared/resource.ts";
import { dnsSystemSchema } from "../../../shared/systems/dns.ts";
import type { Action } from "../../actions/action.ts";
import { dialLoopback } from "../../dns/testing/fake-name-server.ts";
import { contextOf, resource } from "../alertmanager/testing/fake-alertmanager.ts";
import type { System } from "../system.ts";
import { dnsSystem } from "./index.ts";

const secret = Buffer.from("a secret of thirty-two bytes....");
const regions = ["depot", "east", "north"] as const;
type Region = (typeof regions)[number];

let clock: ManualClock;
let servers: Record<Region, AuthoritativeServer>;
let faults: Partial<Record<Region, NameServerFault>>;
let resolver: CachingResolver;
let resolverFault: ResolverFault | null;
let system: System;
let ports: Record<string, number>;
let links: { stop(): void }[];
let isLinkUp: boolean;
let ahead: number;

const cname = (name: string, value: string): PlainRecord => ({ name, type: "CNAME", ttl: 60, value });
const address = (name: string, value: string): PlainRecord => ({ name, type: "A", ttl: 60, value });
const listed = regions.map((region) => `${region}.names.example`);
const zones = () => [
  makeZone("shop.example", listed, [cname("billing.shop.example", "east.edge.example")]),
  makeZone("edge.example", listed, [
    address("east.edge.example", "192.0.2.10"),
    address("north.edge.example", "198.51.100.10"),
    { name: "six.edge.example", type: "AAAA", ttl: 60, value: "2001:db8::10" },
    { name: "edge.example", type: "TXT", ttl: 60, value: "the edges" },
    { name: "edge.example", type: "MX", ttl: 60, value: "10 mail.edge.example" },
  ]),
];

beforeEach(async () => {
  clock = new ManualClock();
  [faults, resolverFault, isLinkUp, ahead] = [{}, null, true, 0];
  const made = (region: Region) =>
    new AuthoritativeServer({
      zones: zones(),
      isPrimary: region === "depot",
      keys: new Map([["ops", secret]]),
      fault: () => faults[region] ?? null,
      now: () => Date.now() + ahead,
    });
  servers = { depot: made("depot"), east: made("east"), north: made("north") };
  const reach = { clock, delay: 5000, canReach: () => isLinkUp };
  links = [servers.east.follow(servers.depot, reach), servers.north.follow(servers.depot, reach)];
  resolver = new CachingResolver({
    servers: () => Object.values(servers),
    fault: () => resolverFault,
    clock,
  });
  ports = { resolver: await resolver.listen() };
  for (const region of regions) ports[region] = await servers[region].listen();
  const place = (name: string) => ({ address: "127.0.0.1", port: ports[name], transport: "udp" });
  const config = dnsSystemSchema.parse({
    type: "dns",
    servers: Object.fromEntries(regions.map((region) => [region, place(region)])),
    resolvers: { office: place("resolver") },
    keys: { ops: { secret: "keychain:ops" } },
    zones: {
      shop: { name: "shop.example", servers: [...regions], primary: "depot", key: "ops" },
      edge: { name: "edge.example", servers: [...regions] },
    },
    records: {
      billing: {
        name: "billing.shop.example",
        type: "CNAME",
        values: { east: ["east.edge.example"], north: ["north.edge.example"] },
      },
      six: { name: "six.edge.example", type: "AAAA", values: { all: ["2001:db8::10"] } },
      mail: { name: "edge.example", type: "MX", values: { all: ["10 mail.edge.example"] } },
      words: { name: "edge.example", type: "TXT", values: { all: ['"the edges"'] } },
    },
    propagation: "5s",
  });
  system = dnsSystem.create(config, {
    id: "names",
    reach: { dial: dialLoopback } as never,
    secrets: { resolve: async () => ({ reveal: () => secret.toString("base64") }) },
    questions: {} as never,
    now: Date.now,
  });
});
afterEach(async () => {
  for (const link of links) link.stop();
  await system.close();
  await Promise.all([resolver, ...Object.values(servers)].map((each) => each.close()));
});

async function seen(record = "billing") {
  const all: Observation[] = [];
  const sink = {
    declare: () => {},
    redeclare: () => {},
    observe: (some: Observation[]) => void all.push(...some),
  };
  await system.observe(sink, AbortSignal.timeout(10_000), [`names/records/${record}`]);
  const [only] = all;
  if (!only || !("facts" in only)) throw new Error(only?.error.code ?? "nothing was reported");
  return { ...only, codes: only.problems.map(({ code }) => code) };
}

async function flip(value: string, more: object = {}) {
  const action = system.actions[0] as Action;
  const context = contextOf(resource("names/records/billing", "dns-record"));
  const wanted = action.input.parse({ value, ...more });
  const probe = await action.probe(context, wanted);
  const applied = await action.apply(context, wanted, probe);
  return { verify: () => action.verify(context, wanted, probe, applied) };
}

describe("the lab's name servers", () => {
  it("answer for their zones, and lead to where an alias points", async () => {
    const { facts, health, codes } = await seen();
    expect([health, codes]).toEqual(["ok", []]);
    expect(facts).toMatchObject({ "dns.pointsTo": "east", "dns.agreed": true, "dns.ttl": 60 });
    for (const record of ["six", "mail", "words"])
      expect((await seen(record)).facts["dns.pointsTo"]).toBe("all");
  });

  it("take a signed change, hand it on, and resolvers tell it once the old answer is too old", async () => {
    await seen();
    const { verify } = await flip("north");
    clock.advance(6000);
    expect(await verify()).toMatchObject({ proven: true });
    const after = await seen();
    expect(after.facts).toMatchObject({ "dns.pointsTo": "north", "dns.agreed": true });
    expect(after.codes).toEqual(["dns.resolver-stale"]);
    clock.advance(60_000);
    expect((await seen()).codes).toEqual([]);
  });

  it("leave a follower behind while the link to it is cut", async () => {
    isLinkUp = false;
    await flip("north");
    clock.advance(6000);
    expect((await seen()).codes).toContain("dns.servers-disagree");
    isLinkUp = true;
    clock.advance(6000);
    expect((await seen()).facts).toMatchObject({ "dns.pointsTo": "north", "dns.agreed": true });
  });

  it("are proven without those that say nothing only where that is asked for, and never without any", async () => {
    faults.east = "failing";
    clock.advance(5000);
    const { verify } = await flip("north", { withoutSilent: true });
    clock.advance(5000);
    const proof = await verify();
    expect(proof.proven).toBe(true);
    expect(proof.text.en).toMatch(/^Every authoritative server that answers has it, 2 of 3: /);
    const action = system.actions[0] as Action;
    const context = contextOf(resource("names/records/billing", "dns-record"));
    expect((await action.probe(context, action.input.parse({ value: "north" }))).state).toBe("needed");
    expect(
      (await action.probe(context, action.input.parse({ value: "north", withoutSilent: true }))).state,
    ).toBe("done");
  });

  it("refuse changes, and by a clock that is apart, and nothing is changed", async () => {
    faults.depot = "refuses-updates";
    await expect(flip("north")).rejects.toMatchObject({ code: "dns.update-refused" });
    faults = {};
    ahead = 3_600_000;
    await expect(flip("north")).rejects.toMatchObject({ code: "dns.clock-apart" });
    ahead = 0;
    expect((await seen()).facts["dns.pointsTo"]).toBe("east");
  });

  it("keep a stale answer in a resolver for as long as it is told to", async () => {
    await seen();
    resolverFault = "stale";
    const { verify } = await flip("north");
    clock.advance(600_000);
    expect(await verify()).toMatchObject({ proven: true });
    expect((await seen()).codes).toEqual(["dns.resolver-stale"]);
    resolverFault = null;
    expect((await seen()).codes).toEqual([]);
  });

  it("fail and are told apart from those that answer", async () => {
    faults = { east: "failing" };
    resolverFault = "failing";
    const { codes, facts } = await seen();
    expect(codes).toEqual(["dns.server-silent", "dns.resolver-silent"]);
    expect(facts["dns.pointsTo"]).toBe("east");
  });

  it("never fall over whatever bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, hasHead) => {
        const head = Buffer.from([0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1]);
        const bytes = hasHead ? Buffer.concat([head, noise]) : Buffer.from(noise);
        for (const each of [servers.depot, resolver]) {
          const answer = each.respond(bytes);
          expect(answer === null || answer.length >= 12).toBe(true);
        }
        expect(servers.depot.zone("shop.example")?.serial).toBe(1);
      }),
    );
  });
});
