import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secondInWords } from "../../../shared/amount-words.ts";
import type { Observation } from "../../../shared/resource.ts";
import { dnsSystemSchema } from "../../../shared/systems/dns.ts";
import type { Action } from "../../actions/action.ts";
import type { Message } from "../../dns/message.ts";
import { decodeMessage, encodeMessage, opcodes } from "../../dns/message.ts";
import { dataOfWords } from "../../dns/record-data.ts";
import { dialLoopback, FakeNameServer, type FakeRecord } from "../../dns/testing/fake-name-server.ts";
import { checkSignature, signMessage } from "../../dns/tsig.ts";
import { contextOf, resource } from "../alertmanager/testing/fake-alertmanager.ts";
import type { System } from "../system.ts";
import { dnsSystem } from "./index.ts";

const secret = Buffer.from("a secret of thirty-two bytes....");
let one: FakeNameServer;
let two: FakeNameServer;
let east: FakeNameServer;
let resolver: FakeNameServer;
let system: System;
let held: string;
let clock: number;

function record(name: string, type: "A" | "CNAME", value: string, ttl = 300): FakeRecord {
  return { name, type, ttl, data: dataOfWords(type, value) ?? Buffer.alloc(0) };
}
const edge = () => record("www.shop.example", "CNAME", "edge.east.example");

beforeEach(async () => {
  [one, two, resolver] = [0, 1, 2].map(() => new FakeNameServer("shop.example")) as [
    FakeNameServer,
    FakeNameServer,
    FakeNameServer,
  ];
  east = new FakeNameServer("east.example");
  east.records = [
    record("edge.east.example", "A", "192.0.2.1"),
    record("other.east.example", "A", "192.0.2.2"),
  ];
  resolver.authoritative = false;
  for (const each of [one, two, resolver]) each.records = [edge()];
  await Promise.all([one, two, east, resolver].map((each) => each.start()));
  one.key = { name: "ops", algorithm: "hmac-sha256", secret };
  one.onChange = (records, serial) => Object.assign(two, { records: [...records], serial });
  held = secret.toString("base64");
  clock = Date.now();
  one.now = () => clock;
  const place = ({ port }: FakeNameServer) => ({ address: "127.0.0.1", port });
  const config = dnsSystemSchema.parse({
    type: "dns",
    servers: { one: place(one), two: place(two), east: place(east) },
    resolvers: { office: place(resolver) },
    keys: { ops: { secret: "keychain:ops" } },
    zones: {
      shop: { name: "shop.example", servers: ["one", "two"], key: "ops" },
      east: { name: "east.example", servers: ["east"] },
    },
    records: {
      www: {
        name: "WWW.shop.example.",
        type: "CNAME",
        values: { east: ["edge.east.example"], other: ["other.east.example."] },
      },
      edge: { name: "edge.east.example", type: "A" },
      fresh: { name: "fresh.shop.example", type: "A" },
      alias: { name: "www.shop.example", type: "A", values: { wrong: ["nowhere"] } },
      abroad: { name: "www.abroad.example", type: "A" },
    },
    propagation: "1s",
  });
  system = dnsSystem.create(config, {
    id: "names",
    reach: { dial: dialLoopback } as never,
    secrets: { resolve: async () => ({ reveal: () => held }) },
    questions: {} as never,
    now: () => clock,
  });
});
afterEach(async () => {
  await system.close();
  await Promise.all([one, two, east, resolver].map((each) => each.stop()));
});

async function see(id: string): Promise<Observation> {
  const seen: Observation[] = [];
  const sink = {
    declare: () => {},
    redeclare: () => {},
    observe: (all: Observation[]) => void seen.push(...all),
  };
  await system.observe(sink, new AbortController().signal, [id]);
  const [only] = seen;
  if (!only) throw new Error("nothing was reported");
  return only;
}
async function seen(id = "names/records/www") {
  const observation = await see(id);
  if (!("facts" in observation)) throw new Error(observation.error.code);
  return { ...observation, codes: observation.problems.map(({ code }) => code) };
}

const action = () => system.actions[0] as Action;
async function begin(input: object, id = "www") {
  const context = contextOf(resource(`names/records/${id}`, "dns-record"));
  const wanted = action().input.parse(input);
  const probe = await action().probe(context, wanted);
  return { context, wanted, probe };
}
async function change(input: object, id = "www") {
  const begun = await begin(input, id);
  const applied = await action().apply(begun.context, begun.wanted, begun.probe);
  return { ...begun, proof: await action().verify(begun.context, begun.wanted, begun.probe, applied) };
}
const pointing = (server: FakeNameServer) =>
  server.records.filter(({ name }) => name === "www.shop.example").map(({ data }) => data);
const updates = () => one.requests.filter(({ opcode }) => opcode === opcodes.update);

describe("records", () => {
  it("are read at every server and resolver, with the chain across zones", async () => {
    const { facts, health } = await seen();
    expect(health).toBe("ok");
    expect(facts).toMatchObject({
      "dns.value": ["edge.east.example"],
      "dns.pointsTo": "east",
      "dns.agreed": true,
      "dns.authoritative": ["one: edge.east.example (300 s)", "two: edge.east.example (300 s)"],
      "dns.resolvers": ["office: edge.east.example (300 s)"],
      "dns.chain": ["www.shop.example", "edge.east.example", "192.0.2.1"],
    });
  });

  it("on which the servers disagree are told, and no resolver is called stale then", async () => {
    two.records = [record("www.shop.example", "CNAME", "other.east.example")];
    const { codes, facts } = await seen();
    expect(codes).toEqual(["dns.servers-disagree"]);
    expect(facts["dns.value"]).toBeNull();
  });

  it("that a resolver still gives otherwise are told with until when", async () => {
    resolver.records = [record("www.shop.example", "CNAME", "other.east.example", 90)];
    const { codes, facts, health } = await seen();
    expect([codes, health]).toEqual([["dns.resolver-stale"], "warning"]);
    expect(facts["dns.staleUntil"]).toBe(clock + 90_000);
    resolver.records = [];
    expect((await seen()).facts["dns.staleUntil"]).toBe(clock + 60_000);
  });

  it("whose chain is broken or goes round are told", async () => {
    east.records = [];
    expect((await seen()).codes).toEqual(["dns.chain-broken"]);
    east.records = [record("edge.east.example", "CNAME", "www.shop.example")];
    expect((await seen()).codes).toEqual(["dns.chain-loop"]);
    await east.stop();
    expect((await seen()).codes).toEqual(["dns.chain-unread"]);
    await east.start();
  });

  it("of a dead or lame server are told, and unknown when nobody answers", async () => {
    two.authoritative = false;
    expect((await seen()).codes).toEqual(["dns.server-lame"]);
    two.instead = () => "close";
    expect((await seen()).codes).toEqual(["dns.server-silent"]);
    one.instead = (request) => encodeMessage({ ...request, response: true, code: 2 });
    expect(await see("names/records/www")).toMatchObject({ error: { code: "dns.refused" } });
    expect(await see("names/records/abroad")).toMatchObject({ error: { code: "dns.no-zone" } });
  });

  it("that are aliases, missing, or have a bad value in the estate file are told", async () => {
    expect((await seen("names/records/alias")).codes).toEqual(["dns.is-alias", "dns.bad-value"]);
    expect((await seen("names/records/fresh")).codes).toEqual(["dns.missing"]);
  });

  it("stand in zones, whose serials are compared", async () => {
    expect((await seen("names/zones/shop")).facts["dns.serial"]).toBe("1");
    two.serial = 9;
    expect((await seen("names/zones/shop")).codes).toEqual(["dns.serials-differ"]);
  });
});

describe("changing a record", () => {
  it("is proven at every server, done when asked again, and undone", async () => {
    const { probe, proof, context, wanted } = await change({ value: "other" });
    expect(probe).toMatchObject({
      state: "needed",
      text: { en: "It is now edge.east.example (TTL 300 s)." },
    });
    const until = secondInWords(clock + 300_000);
    expect(probe.steps?.[1]?.en).toBe(`Resolvers may give the old answer for 300 s, until ${until}.`);
    expect([proof.proven, context.commits]).toEqual([true, 1]);
    expect((await begin({ value: "other" })).probe.state).toBe("done");
    expect((await action().settle(context, wanted, probe)).effect).toBe("happened");
    expect((await action().undo?.(context, wanted, probe))?.proven).toBe(true);
    expect(pointing(two)).toEqual([edge().data]);
    expect((await action().settle(context, wanted, probe)).effect).toBe("did-not-happen");
  });

  it("may change the TTL alone, which the proof asks for as well", async () => {
    const { probe, proof } = await change({ value: "east", ttl: "60" });
    expect([probe.state, proof.proven, one.records[0]?.ttl]).toEqual(["needed", true, 60]);
  });

  it("makes one that is not there, and takes it away again", async () => {
    const { context, wanted, probe, proof } = await change({ value: "192.0.2.8\n192.0.2.9" }, "fresh");
    expect(proof.proven).toBe(true);
    expect(two.records.filter(({ name }) => name === "fresh.shop.example")).toHaveLength(2);
    expect((await action().undo?.(context, wanted, probe))?.proven).toBe(true);
    expect(one.records).toEqual([edge()]);
  });

  it("is not proven while one server lags or is dead", async () => {
    one.onChange = () => {};
    const { proof } = await change({ value: "other" });
    expect(proof.proven).toBe(false);
    expect(proof.text.en).toContain("two: edge.east.example");
    expect((await begin({ value: "other" })).probe.state).toBe("needed");
  });

  it("leaves alone what somebody else changed, also between our look and the update", async () => {
    const { context, wanted, probe } = await begin({ value: "other" });
    one.records = [record("www.shop.example", "CNAME", "theirs.example")];
    const code = "dns.changed-meanwhile";
    await expect(action().apply(context, wanted, probe)).rejects.toMatchObject({ code });
    expect(updates()).toHaveLength(0);
    one.records = [edge()];
    one.instead = ({ opcode }: Message) => {
      if (opcode === opcodes.update) one.records = [record("www.shop.example", "CNAME", "theirs.example")];
      return null;
    };
    const applied = await action().apply(context, wanted, probe);
    expect(await action().verify(context, wanted, probe, applied)).toMatchObject({
      proven: false,
      disproven: true,
      text: { en: expect.stringContaining("Somebody else changed www.shop.example meanwhile") },
    });
    await expect(action().undo?.(context, wanted, probe)).rejects.toMatchObject({ code });
    expect(pointing(one)).toEqual([dataOfWords("CNAME", "theirs.example")]);
  });

  it("that was sent when it had happened already sends nothing", async () => {
    const { context, wanted, probe } = await begin({ value: "other" });
    one.records = [record("www.shop.example", "CNAME", "other.east.example")];
    await action().apply(context, wanted, probe);
    expect([updates().length, context.commits]).toEqual([0, 0]);
  });

  it("says why it was not taken", async () => {
    const codeOf = async (before: () => void): Promise<unknown> => {
      const { context, wanted, probe } = await begin({ value: "other" });
      before();
      return action()
        .apply(context, wanted, probe)
        .then(
          () => null,
          (error: { code?: unknown }) => error.code,
        );
    };
    expect(await codeOf(() => (held = Buffer.from("other").toString("base64")))).toBe("dns.key-refused");
    expect(await codeOf(() => (held = "no base64!"))).toBe("dns.bad-key");
    held = secret.toString("base64");
    expect(await codeOf(() => (one.now = () => clock + 3_600_000))).toBe("dns.clock-apart");
    one.now = () => clock;
    const key = one.key;
    expect(await codeOf(() => (one.key = null))).toBe("dns.update-refused");
    one.key = key;
    const update = (answer: (request: Message) => Buffer | "close") => () => {
      one.instead = (request) => (request.opcode === opcodes.update ? answer(request) : null);
    };
    const unsigned = update((request) => encodeMessage({ ...request, response: true, additionals: [] }));
    expect(await codeOf(unsigned)).toBe("dns.unsigned-answer");
    expect(await codeOf(update(() => "close"))).toBe("dns.closed");
    expect(pointing(one)).toEqual([edge().data]);
  });

  it("is refused for values that do not fit, an alias, and a zone without a key", async () => {
    for (const value of ["nroth", "a b.example", "one.example,two.example"]) {
      await expect(begin({ value }), value).rejects.toMatchObject({ code: "dns.bad-value" });
    }
    await expect(begin({ value: "wrong" }, "fresh")).rejects.toMatchObject({ code: "dns.bad-value" });
    expect((await begin({ value: "192.0.2.1" }, "alias")).probe.state).toBe("impossible");
    expect(action().unavailable?.(resource("names/records/edge", "dns-record"))?.en).toContain("no key");
    expect(action().unavailable?.(resource("names/records/www", "dns-record"))).toBeNull();
    expect(action().appliesTo(resource("other/records/www", "dns-record"))).toBe(false);
  });
});

it("tries a key by a signed question", async () => {
  const trial = system.trials?.("keychain:ops")[0];
  const { signal } = new AbortController();
  one.instead = (_request, bytes) => {
    const key = one.key;
    const checked = key ? checkSignature(bytes, key, clock) : null;
    const answer = encodeMessage({ ...(decodeMessage(bytes) as Message), response: true, additionals: [] });
    return key && checked?.refusal === null ? signMessage(answer, key, clock, checked.mac).signed : answer;
  };
  await trial?.tryLogin(null, signal);
  const other = Buffer.from("other").toString("base64");
  await expect(trial?.tryLogin(other, signal)).rejects.toMatchObject({ code: "dns.unsigned-answer" });
  expect(trial).toMatchObject({ subject: "names/zones/shop", name: "shop.example" });
  expect(system.trials?.("keychain:none")).toEqual([]);
});

it("names the secrets that it uses, and refuses zones with servers that are not listed", () => {
  expect(system.secrets?.()).toEqual([{ reference: "keychain:ops", usedBy: "names/zones/shop" }]);
  const zones = { shop: { name: "shop.example", servers: ["missing"] } };
  expect(dnsSystemSchema.safeParse({ type: "dns", servers: {}, zones }).success).toBe(false);
});
