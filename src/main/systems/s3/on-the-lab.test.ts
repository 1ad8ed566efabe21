import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WebFaults } from "../../../lab/servers/faulty-web.ts";
import { type LabS3, startLabS3 } from "../../../lab/servers/s3/index.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import type { Declaration, FactValue, Observation } from "../../../shared/resource.ts";
import { s3SystemSchema } from "../../../shared/systems/s3.ts";
import type { System, SystemContext } from "../system.ts";
import { s3System } from "./index.ts";

/** The lab was written by what Amazon documents, without a look at this client: here they meet. */
let lab: LabS3;
let clock: ManualClock;
let faults: WebFaults;
let port: number;
let secret: string;
let declared: Declaration[];
let system: System;
const seen = new Map<string, Observation>();
const hour = 3_600_000;

beforeEach(async () => {
  clock = new ManualClock();
  faults = {};
  secret = "secret";
  seen.clear();
  lab = startLabS3({
    clock,
    keys: [{ accessKey: "console", secretKey: "secret" }],
    certificate: null,
    faults: () => faults,
    onFailure: (error) => {
      throw error;
    },
  });
  port = await lab.listen(0);
});
afterEach(async () => {
  await system.close();
  await lab.close();
});

function open(config: object = {}): void {
  const url = `http://127.0.0.1:${port}`;
  const parsed = s3SystemSchema.parse({
    type: "s3",
    url,
    accessKey: "console",
    secretKey: "keychain:depot",
    ...config,
  });
  system = s3System.create(parsed, {
    id: "depot",
    reach: { dial: async () => connect(port, "127.0.0.1") } as unknown as SystemContext["reach"],
    secrets: { resolve: async () => ({ reveal: () => secret }) },
    questions: { ask: async () => null, interactive: () => false } as unknown as SystemContext["questions"],
    now: () => clock.now(),
  });
  declared = system.declarations();
}

async function observe(): Promise<void> {
  await system.observe(
    {
      declare: (_system, declarations) => {
        declared = declarations;
      },
      redeclare: () => {},
      observe: (observations) => {
        for (const each of observations) seen.set(each.resource, each);
      },
    },
    new AbortController().signal,
  );
}

function facts(id: string): Record<string, FactValue> {
  const found = seen.get(`depot/${id}`);
  return found && "facts" in found ? found.facts : {};
}

function problems(id: string): string[] {
  const found = seen.get(`depot/${id}`);
  return found && "problems" in found ? found.problems.map(({ code }) => code) : [];
}

function error(id: string): string | null {
  const found = seen.get(`depot/${id}`);
  return found && "error" in found ? found.error.code : null;
}

test("all buckets that the key may list are shown, and come and go", async () => {
  open();
  lab.store.bucket("exports");
  await observe();
  lab.store.bucket("file-store");
  await observe();
  expect(declared.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    "service depot/service",
    "volume depot/buckets/exports",
    "volume depot/buckets/file-store",
  ]);
  lab.store.buckets.delete("exports");
  await observe();
  expect(declared.map(({ name }) => name)).toEqual(["depot", "file-store"]);
  expect(facts("service")).toEqual({ "s3.buckets": 1 });
});

test("the newest object below a prefix, over several pages, with what is protected by it", async () => {
  open({
    buckets: {
      billing: {
        bucket: "exports",
        prefix: "billing/",
        newestWithin: "4h",
        protects: ["cluster/namespaces/billing"],
      },
      exports: {},
    },
  });
  for (let each = 0; each < 1500; each += 1)
    lab.store.put("exports", `billing/${each}`, 1000, clock.now() - hour - each);
  lab.store.put("exports", "billing/1999 é+&", 1, clock.now() - hour / 2);
  lab.store.put("exports", "other", 5);
  await observe();
  expect(facts("buckets/billing")).toMatchObject({
    "s3.bucket": "exports",
    "s3.prefix": "billing/",
    "objects.count": 1501,
    "objects.bytes": 1_500_001,
    "s3.cut": false,
    "s3.newest": clock.now() - hour / 2,
    "s3.newestAge": 1800,
    "s3.newestName": "billing/1999 é+&",
    "backup.protects": ["cluster/namespaces/billing"],
  });
  expect(facts("buckets/exports")).toMatchObject({ "objects.count": 1502, "s3.newestAge": 0 });
  expect(problems("buckets/billing")).toEqual([]);
  clock.advance(4 * hour);
  await observe();
  expect(problems("buckets/billing")).toEqual(["s3.late"]);
  expect(problems("buckets/exports")).toEqual([]);
});

test("a listing that is cut says so, and that nothing new was seen is not that nothing is new", async () => {
  open({ mostObjects: 1000, buckets: { exports: { newestWithin: "1h" }, empty: { newestWithin: "1h" } } });
  for (let each = 0; each < 1001; each += 1) {
    lab.store.put("exports", String(each).padStart(5, "0"), 1, clock.now() - 2 * hour);
  }
  lab.store.bucket("empty");
  await observe();
  expect(facts("buckets/exports")).toMatchObject({ "s3.cut": true, "objects.count": 1000 });
  expect(problems("buckets/exports")).toEqual(["s3.newest-unknown"]);
  expect(problems("buckets/empty")).toEqual(["s3.empty"]);
});

test("versions and locks are held against what the estate wants", async () => {
  const wanted = { versioning: true, lock: "14d" };
  open({ buckets: { good: wanted, bare: wanted, short: wanted, own: { lock: true } } });
  lab.store.bucket("good", { versioning: "on", lock: { mode: "COMPLIANCE", days: 14 } });
  lab.store.bucket("bare");
  lab.store.bucket("short", { versioning: "suspended", lock: { mode: "GOVERNANCE", days: 7 } });
  lab.store.bucket("own", { lock: "no-default" });
  await observe();
  expect(facts("buckets/good")).toMatchObject({
    "s3.versioning": "on",
    "s3.lock": "compliance",
    "s3.lockFor": 1_209_600,
  });
  expect(problems("buckets/good")).toEqual([]);
  expect(facts("buckets/bare")).toMatchObject({
    "s3.versioning": "off",
    "s3.lock": "off",
  });
  expect(problems("buckets/bare")).toEqual(["s3.not-versioned", "s3.not-locked"]);
  expect(problems("buckets/short")).toEqual(["s3.not-versioned", "s3.lock-short"]);
  expect(facts("buckets/own")).toMatchObject({ "s3.lock": "no-default" });
  expect(problems("buckets/own")).toEqual(["s3.not-locked"]);
});

test("a bucket that is not there is its own error; a wrong key is that of all, and can be tried", async () => {
  open({ buckets: { exports: {}, gone: {} } });
  lab.store.bucket("exports");
  await observe();
  expect([error("buckets/exports"), error("buckets/gone"), error("service")]).toEqual([
    null,
    "s3.no-bucket",
    null,
  ]);
  const [trial] = system.trials?.("keychain:depot") ?? [];
  await trial?.tryLogin("secret", new AbortController().signal);
  const wrong = trial?.tryLogin("wrong", new AbortController().signal);
  await expect(wrong).rejects.toMatchObject({ code: "s3.login-refused" });
  secret = "wrong";
  await observe();
  expect([error("buckets/exports"), error("service")]).toEqual(["s3.login-refused", "s3.login-refused"]);
});

test.each([
  ["garbage", "s3.garbage"],
  ["truncated", "s3.closed"],
  ["down", "s3.closed"],
])("answers that are %s are an error, not an empty list", async (fault, code) => {
  open({ buckets: { exports: {} } });
  lab.store.put("exports", "a", 1);
  await observe();
  expect(facts("buckets/exports")).toMatchObject({ "objects.count": 1 });
  faults = { [fault]: true };
  await observe();
  expect([error("buckets/exports"), error("service")]).toEqual([code, code]);
});

test("what is aborted tells nothing", async () => {
  open({ buckets: { exports: {} } });
  lab.store.put("exports", "a", 1);
  faults = { slow: hour };
  const told: Observation[] = [];
  const stop = new AbortController();
  const reading = system.observe(
    { declare: () => {}, redeclare: () => {}, observe: (each) => void told.push(...each) },
    stop.signal,
  );
  stop.abort();
  await reading;
  expect(told).toEqual([]);
});
