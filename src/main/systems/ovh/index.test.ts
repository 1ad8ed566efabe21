import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Observation } from "../../../shared/resource.ts";
import type { RecordType } from "../../../shared/systems/dns-records.ts";
import { ovhSystemSchema } from "../../../shared/systems/ovh.ts";
import type { Action } from "../../actions/action.ts";
import { dataOfWords } from "../../dns/record-data.ts";
import { dialLoopback, FakeNameServer } from "../../dns/testing/fake-name-server.ts";
import { contextOf, resource } from "../alertmanager/testing/fake-alertmanager.ts";
import type { System } from "../system.ts";
import { ovhSystem } from "./index.ts";
import { FakeOvh, type FakeZoneRecord, fakeKeys } from "./testing/fake-ovh.ts";

let api: FakeOvh;
let server: FakeNameServer;
let system: System;
let secrets: Record<string, string>;

beforeEach(async () => {
  api = new FakeOvh("shop.example");
  server = new FakeNameServer("shop.example");
  api.onRefresh = publish;
  await Promise.all([api.start(), server.start()]);
  api.records = [
    { id: 1, fieldType: "CNAME", subDomain: "www", target: "edge.east.example.", ttl: 300 },
    { id: 2, fieldType: "A", subDomain: "", target: "192.0.2.1", ttl: 0 },
    { id: 3, fieldType: "A", subDomain: "", target: "192.0.2.2", ttl: 0 },
    { id: 4, fieldType: "CNAME", subDomain: "short", target: "www", ttl: 60 },
    { id: 5, fieldType: "TXT", subDomain: "", target: '"v=spf1 -all"', ttl: 600 },
  ];
  publish(api.records);
  secrets = { "keychain:secret": fakeKeys.secret, "keychain:consumer": `${fakeKeys.consumer}\n` };
  system = systemAt(api.url);
});
afterEach(async () => {
  await system.close();
  await Promise.all([api.stop(), server.stop()]);
});

function systemAt(url: string): System {
  const config = ovhSystemSchema.parse({
    type: "ovh",
    url,
    applicationKey: fakeKeys.application,
    applicationSecret: "keychain:secret",
    consumerKey: "keychain:consumer",
    servers: { dns: { address: "127.0.0.1", port: server.port } },
    zones: { shop: { name: "Shop.example", servers: ["dns"] } },
    records: {
      www: { name: "www.shop.example", type: "CNAME", values: { north: ["edge.north.example"] } },
      apex: { name: "shop.example", type: "A" },
      short: { name: "short.shop.example", type: "CNAME" },
      text: { name: "shop.example", type: "TXT" },
      alias: { name: "www.shop.example", type: "A" },
    },
    propagation: "1s",
  });
  return ovhSystem.create(config, {
    id: "provider",
    reach: { dial: dialLoopback } as never,
    secrets: { resolve: async (reference) => ({ reveal: () => secrets[reference] ?? "" }) },
    questions: {} as never,
    now: Date.now,
  });
}

/** What the provider's name servers would answer. */
function publish(records: readonly FakeZoneRecord[]): void {
  server.records = records.map(({ fieldType, subDomain, target, ttl }) => {
    const type = fieldType as RecordType;
    const whole = type === "CNAME" && !target.endsWith(".") ? `${target}.shop.example` : target;
    const data = dataOfWords(type, whole) ?? Buffer.alloc(0);
    const name = subDomain === "" ? "shop.example" : `${subDomain}.shop.example`;
    return { name, type, ttl: ttl === 0 ? 3600 : ttl, data };
  });
}

const action = () => system.actions[0] as Action;
async function begin(id: string, input: object) {
  const context = contextOf(resource(`provider/records/${id}`, "dns-record"));
  const wanted = action().input.parse(input);
  return { context, wanted, probe: await action().probe(context, wanted) };
}
async function change(id: string, input: object) {
  const { context, wanted, probe } = await begin(id, input);
  const applied = await action().apply(context, wanted, probe);
  const proof = await action().verify(context, wanted, probe, applied);
  return { context, wanted, probe, proof };
}
const targets = (subDomain: string, fieldType: string) =>
  api.records
    .filter((each) => each.subDomain === subDomain && each.fieldType === fieldType)
    .map(({ target, ttl }) => `${target} ${ttl}`);
const changes = () => api.requests.filter((each) => !each.startsWith("GET"));

async function service(): Promise<Observation> {
  const seen: Observation[] = [];
  const observe = (all: Observation[]) => void seen.push(...all);
  await system.observe({ declare: () => {}, redeclare: () => {}, observe }, new AbortController().signal, [
    "provider/service",
  ]);
  const [only] = seen;
  if (!only) throw new Error("nothing was reported");
  return only;
}

describe("changing a record at the provider", () => {
  it("is signed, handed to the name servers, proven there, and undone", async () => {
    const { context, wanted, probe, proof } = await change("www", { value: "north", ttl: 60 });
    expect(proof.proven).toBe(true);
    expect(targets("www", "CNAME")).toEqual(["edge.north.example. 60"]);
    expect(changes()).toEqual([
      "PUT /1.0/domain/zone/shop.example/record/1",
      "POST /1.0/domain/zone/shop.example/refresh",
    ]);
    expect((await begin("www", { value: "north", ttl: 60 })).probe.state).toBe("done");
    expect((await action().settle(context, wanted, probe)).effect).toBe("happened");
    expect((await action().undo?.(context, wanted, probe))?.proven).toBe(true);
    expect(targets("www", "CNAME")).toEqual(["edge.east.example. 300"]);
  });

  it("keeps what stays, makes what is more and takes away what is less, with the TTL of the zone", async () => {
    const more = await change("apex", { value: "192.0.2.2,192.0.2.3,192.0.2.4" });
    expect(more.proof.proven).toBe(true);
    expect(targets("", "A").sort()).toEqual(["192.0.2.2 0", "192.0.2.3 0", "192.0.2.4 0"]);
    expect(changes()).toHaveLength(3);
    await change("apex", { value: "192.0.2.4" });
    expect(targets("", "A")).toEqual(["192.0.2.4 0"]);
    expect(targets("", "TXT")).toEqual(['"v=spf1 -all" 600']);
    expect((await change("text", { value: "v=spf1 mx -all" })).proof.proven).toBe(true);
    expect(targets("", "TXT")).toEqual(['"v=spf1 mx -all" 600']);
  });

  it("takes a target without a dot at its end as below the zone", async () => {
    const { probe } = await begin("short", { value: "edge.north.example" });
    expect(probe.text.en).toBe("It is now www.shop.example (TTL 60 s).");
  });

  it("refuses an alias, and leaves alone what somebody else changed", async () => {
    expect((await begin("alias", { value: "192.0.2.1" })).probe.state).toBe("impossible");
    const { context, wanted, probe } = await begin("www", { value: "north" });
    Object.assign(api.records[0] ?? {}, { target: "theirs.example." });
    await expect(action().apply(context, wanted, probe)).rejects.toMatchObject({
      code: "dns.changed-meanwhile",
    });
    expect([changes(), context.commits]).toEqual([[], 0]);
  });

  it("that broke before the zone was handed over is carried on by handing it over", async () => {
    const { context, wanted, probe } = await begin("www", { value: "north" });
    api.answer = ({ url }, response) => (url?.endsWith("/refresh") ? !!response.destroy() : false);
    await expect(action().apply(context, wanted, probe)).rejects.toMatchObject({ code: "ovh.closed" });
    api.answer = null;
    const again = await begin("www", { value: "north" });
    expect(again.probe.state).toBe("needed");
    const applied = await action().apply(again.context, again.wanted, again.probe);
    expect((await action().verify(again.context, again.wanted, again.probe, applied)).proven).toBe(true);
  });

  it("is not proven when the name servers never get it", async () => {
    api.onRefresh = () => {};
    expect((await change("www", { value: "north" })).proof).toMatchObject({ proven: false });
  });
});

describe("the API", () => {
  it("is asked by its own clock", async () => {
    api.ahead = 7200;
    expect(await service()).toMatchObject({ health: "ok", facts: { "ovh.credential": "validated" } });
  });

  it("whose consumer key is about to end or not validated is told", async () => {
    const expiration = new Date(Date.now() + 86_400_000).toISOString();
    api.credential = { status: "pendingValidation", expiration };
    const seen = await service();
    expect("problems" in seen && seen.problems.map(({ code }) => code)).toEqual([
      "ovh.credential",
      "ovh.credential-expires",
    ]);
  });

  const send = (status: number, body: string) => (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json", location: "http://other.example/" });
    response.end(body);
  };
  it.each([
    ["a right that was not granted", send(403, '{"errorCode":"NOT_GRANTED_CALL"}'), "ovh.not-allowed"],
    ["a key that it does not know", send(403, '{"errorCode":"INVALID_CREDENTIAL"}'), "ovh.login-refused"],
    ["nothing of that name", send(404, "{}"), "ovh.not-found"],
    ["too many requests", send(429, "{}"), "ovh.too-many-calls"],
    ["another task", send(409, "{}"), "ovh.refused"],
    ["a fault of its own", send(502, "<html>"), "ovh.failing"],
    ["another address", send(302, ""), "ovh.moved"],
    ["a page", send(200, "<html>"), "ovh.garbage"],
    ["another shape", send(200, '{"status":7}'), "ovh.garbage"],
    ["more than is read", send(200, `"${"a".repeat(5_000_000)}"`), "ovh.too-large"],
    ["the end of the connection", (response: ServerResponse) => response.destroy(), "ovh.closed"],
  ])("that answers with %s is told so", async (_what, answer, code) => {
    api.answer = (request, response) => {
      if (request.url?.endsWith("/auth/time")) return false;
      answer(response);
      return true;
    };
    expect(await service()).toMatchObject({ error: { code } });
  });

  it("is told when the keys do not fit, and can be tried with others", async () => {
    const [trial] = system.trials?.("keychain:consumer") ?? [];
    const { signal } = new AbortController();
    await trial?.tryLogin(null, signal);
    await expect(trial?.tryLogin("another", signal)).rejects.toMatchObject({ code: "ovh.login-refused" });
    secrets["keychain:secret"] = "another";
    expect(await service()).toMatchObject({ error: { code: "ovh.login-refused" } });
    secrets["keychain:secret"] = "two\nlines";
    expect(await service()).toMatchObject({ error: { code: "ovh.login-refused" } });
    expect(system.trials?.("keychain:other")).toEqual([]);
    expect(system.secrets?.().map(({ usedBy }) => usedBy)).toEqual(["provider/service", "provider/service"]);
  });

  it("gets no key over plain HTTP that leaves the machine", async () => {
    const other = systemAt("http://192.0.2.80/1.0");
    const seen: Observation[] = [];
    const observe = (all: Observation[]) => void seen.push(...all);
    await other.observe({ declare: () => {}, redeclare: () => {}, observe }, new AbortController().signal, [
      "provider/service",
    ]);
    expect(seen).toMatchObject([{ error: { code: "ovh.plain-login" } }]);
    await other.close();
  });
});
