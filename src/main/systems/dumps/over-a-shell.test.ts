import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Observation, Resource } from "../../../shared/resource.ts";
import { dumpsSystemSchema } from "../../../shared/systems/dumps.ts";
import type { Action } from "../../actions/action.ts";
import { FakeReach, localShell, reachError } from "../ssh/testing/fake-reach.ts";
import type { System } from "../system.ts";
import { dumpsSystem } from "./index.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 2, 2, 12);
let folder: string;
let system: System;
let dead: Set<string>;

/** Both servers are this machine: each has a folder of its own for what the estate calls /dumps. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-dumps-"));
  await mkdir(join(folder, "one's"));
  await mkdir(join(folder, "two"));
  await mkdir(join(folder, "bin"));
  dead = new Set();
  system = systemOf({});
});
afterEach(async () => {
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

function systemOf(set: object): System {
  const shell = localShell(["sh"], {
    PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}`,
    FOLDER: folder,
  });
  const reach = new FakeReach((target, command, options) => {
    const server = target.id.split("/").at(-1) ?? "";
    if (dead.has(server)) throw reachError("reach.timed-out");
    const place = server === "one" ? `${folder}/one'\\''s` : `${folder}/two`;
    return shell(target, command, { ...options, input: (options.input ?? "").replaceAll("/dumps", place) });
  });
  const config = dumpsSystemSchema.parse({
    type: "dumps",
    user: "ops",
    authentication: [{ password: "keychain:ops" }],
    servers: {
      one: { name: "One", address: "192.0.2.31", site: "east" },
      two: { name: "Two", address: "192.0.2.32", site: "north" },
    },
    sets: {
      billing: {
        name: "Billing",
        of: "cluster-east/billing",
        directory: "/dumps/",
        pattern: "billing-*.gz",
        every: "6h",
        keep: "2d",
        on: ["one", "two"],
        service: "billing-dump.service",
        ...set,
      },
    },
  });
  return dumpsSystem.create(config, {
    id: "dumps",
    reach,
    secrets: { resolve: () => Promise.reject(new Error("not part of this test")) },
    questions: { ask: () => Promise.reject(new Error("nobody")), interactive: false },
    now: () => now,
  });
}

const whole = gzipSync(Buffer.from("row after row\n".repeat(1000)));
async function put(
  place: "one's" | "two",
  name: string,
  hoursAgo: number,
  bytes: Buffer = whole,
): Promise<string> {
  const path = join(folder, place, name);
  await writeFile(path, bytes);
  const at = new Date(now - hoursAgo * hour);
  await utimes(path, at, at);
  return path;
}
async function putAll(hours: readonly number[]): Promise<void> {
  for (const each of hours)
    for (const place of ["one's", "two"] as const) await put(place, `billing-${100 - each}.gz`, each);
}

async function seen(of: System = system) {
  const all = new Map<string, Observation>();
  const sink = {
    declare: () => undefined,
    redeclare: () => undefined,
    observe: (some: Observation[]) => {
      for (const each of some) all.set(each.resource, each);
    },
  };
  await of.observe(sink, AbortSignal.timeout(15_000));
  const set = all.get("dumps/billing");
  if (!set) throw new Error("the set was not reported");
  const codes = "error" in set ? [set.error.code] : set.problems.map(({ code }) => code);
  return { all, set, codes, facts: "facts" in set ? set.facts : {} };
}

function begin(id: string, resource: string) {
  const action = system.actions.find((each) => each.id === id) as Action;
  const shown: Resource = {
    ...{
      id: resource,
      kind: action.kinds[0] ?? "service",
      name: resource,
      system: "dumps",
      parent: null,
      site: null,
    },
    ...{ environment: null, health: "ok", stale: false, seenAt: 0, facts: {}, problems: [], sources: {} },
  };
  const context = {
    resource: shown,
    signal: AbortSignal.timeout(15_000),
    progress: () => undefined,
    output: () => undefined,
    committed: () => undefined,
  };
  return { action, context, input: action.input.parse({}) };
}
async function act(id: string, resource: string) {
  const { action, context, input } = begin(id, resource);
  const probe = await action.probe(context, input);
  return action.verify(context, input, probe, await action.apply(context, input, probe));
}

describe("dumps on servers", () => {
  it("are restore points of a policy, wherever they are kept", async () => {
    await putAll([1, 7, 13]);
    await put("one's", "other-1.gz", 2);
    const { all, codes, facts } = await seen();
    expect(codes).toEqual([]);
    expect(facts).toMatchObject({
      "backup.schedule": "@every 6h",
      "backup.lastRun": now - hour,
      "backup.lastState": "good",
      "backup.keepFor": 2 * 86_400,
      "dumps.count": 3,
      "dumps.missing": 0,
      "dumps.oldest": now - 13 * hour,
    });
    expect(facts["dumps.free"]).toBeGreaterThan(0);
    expect([...all.keys()].sort()).toEqual([
      "dumps/billing",
      ...["87", "93", "99"].map((each) => `dumps/billing/billing-${each}.gz`),
    ]);
    expect(all.get("dumps/billing/billing-99.gz")).toMatchObject({
      facts: {
        "backup.of": "cluster-east/billing",
        "backup.madeAt": now - hour,
        "backup.size": whole.length,
        "backup.state": "good",
        "backup.offSite": true,
        "backup.policy": "dumps/billing",
        "backup.expires": now - hour + 48 * hour,
      },
    });
    expect(system.declarations()).toHaveLength(4);
  });

  it("tell gaps, lateness, and what never came", async () => {
    expect((await seen()).codes).toEqual(["dumps.none"]);
    await putAll([10, 16, 34]);
    const late = await seen();
    expect(late.codes).toEqual(["dumps.late", "dumps.gaps"]);
    expect(late.facts["dumps.missing"]).toBe(2);
    await rm(join(folder, "one's"), { recursive: true });
    expect((await seen()).codes).toEqual(["dumps.no-directory", "dumps.late", "dumps.gaps"]);
  });

  it("tell what is not whole, not everywhere, or much smaller than usual", async () => {
    await putAll([7, 13, 19]);
    await put("one's", "billing-99.gz", 4);
    await put("two", "billing-99.gz", 4, whole.subarray(0, 20));
    const partial = await seen();
    expect(partial.codes).toEqual(["dumps.not-replicated"]);
    expect(partial.all.get("dumps/billing/billing-99.gz")).toMatchObject({
      facts: { "backup.state": "partial", "backup.offSite": false },
    });
    for (const place of ["one's", "two"] as const)
      await put(place, "billing-99.gz", 4, whole.subarray(0, 20));
    expect((await seen()).codes).toEqual(["dumps.shrunk"]);
    for (const place of ["one's", "two"] as const) await put(place, "billing-99.gz", 4, Buffer.alloc(0));
    expect((await seen()).codes).toEqual(["dumps.failed"]);
    await put("one's", "billing-99.gz", 0);
    expect((await seen()).all.get("dumps/billing/billing-99.gz")).toMatchObject({
      facts: { "backup.state": "running" },
    });
  });

  it("stay known while a server is silent, and go when they are gone", async () => {
    await putAll([1, 7]);
    await put("two", "billing-50.gz", 13);
    await seen();
    dead.add("two");
    const half = await seen();
    expect(half.codes).toEqual(["dumps.unread"]);
    expect(system.declarations()).toHaveLength(4);
    dead.add("one");
    const none = await seen();
    expect(none.codes).toEqual(["reach.timed-out"]);
    expect(none.all.get("dumps/billing/billing-99.gz")).toMatchObject({ error: { code: "reach.timed-out" } });
    dead.clear();
    await rm(join(folder, "two/billing-50.gz"));
    await seen();
    expect(system.declarations()).toHaveLength(3);
  });
});

describe("the readability of a dump", () => {
  it("is proven by gzip, which reads it to its end", async () => {
    await putAll([1, 7]);
    const path = await put("one's", "billing-99.gz", 1);
    await seen();
    const check = () => act("dumps.check", "dumps/billing/billing-99.gz");
    expect(await check()).toMatchObject({ proven: true, text: { en: "gzip read it to its end." } });
    expect((await seen()).all.get("dumps/billing/billing-99.gz")).toMatchObject({
      facts: { "backup.verified": "ok" },
    });
    await truncate(path, whole.length - 4);
    expect(await check()).toMatchObject({ proven: false, disproven: true });
    const after = await seen();
    // The file is another than the one that was checked.
    expect(after.all.get("dumps/billing/billing-99.gz")).not.toMatchObject({
      facts: { "backup.verified": "ok" },
    });
  });

  it("is disproven by bytes that are not what they should be, and open where nothing tells", async () => {
    await put("one's", "billing-1.gz", 1, Buffer.from("an error message, and no dump"));
    await put("one's", "billing-2.gz", 7, whole);
    await seen();
    expect(await act("dumps.check", "dumps/billing/billing-1.gz")).toMatchObject({
      proven: false,
      disproven: false,
    });
    await system.close();
    system = systemOf({ format: "gzip" });
    await seen();
    expect(await act("dumps.check", "dumps/billing/billing-1.gz")).toMatchObject({
      proven: false,
      disproven: true,
    });
    expect((await seen()).all.get("dumps/billing/billing-1.gz")).toMatchObject({
      health: "critical",
      facts: { "backup.state": "failed", "backup.verified": "failed" },
    });
  });
});

describe("a dump that is made now", () => {
  /** A systemctl that makes a dump when it is told to start; `unit` is what it shows. */
  async function systemctl(onStart: string): Promise<void> {
    const script = `#!/bin/sh
case $1 in
  start) ${onStart}; echo second > "$FOLDER/run" ;;
  show)
    run=$(cat "$FOLDER/run" 2>/dev/null || echo first)
    printf 'LoadState=loaded\\nActiveState=inactive\\nUnitFileState=static\\nResult=success\\nInvocationID=%s\\n' "$run" ;;
esac
`;
    await writeFile(join(folder, "bin/systemctl"), script, { mode: 0o755 });
    await writeFile(join(folder, "bin/sudo"), '#!/bin/sh\nshift\nexec "$@"\n', { mode: 0o755 });
  }

  it("is proven by a run that ended and a dump that was not there", async () => {
    await putAll([7]);
    await systemctl(`printf data > "$FOLDER/one's/billing-new.gz"`);
    expect(await act("dumps.run-now", "dumps/billing")).toMatchObject({
      proven: true,
      data: { dump: "billing-new.gz" },
    });
  });

  it("is not proven by a run that leaves nothing, and refused by systemd in its own words", async () => {
    await putAll([7]);
    await systemctl(":");
    expect(await act("dumps.run-now", "dumps/billing")).toMatchObject({
      proven: false,
      data: { result: "success" },
    });
    await systemctl("echo 'Interactive authentication required.' >&2; exit 1");
    await expect(act("dumps.run-now", "dumps/billing")).rejects.toMatchObject({
      code: "dumps.refused",
      text: { en: "One refused: Interactive authentication required." },
    });
    const { action, context, input } = begin("dumps.run-now", "dumps/billing");
    const probe = await action.probe(context, input);
    expect((await action.settle(context, input, probe)).effect).toBe("did-not-happen");
    await writeFile(join(folder, "run"), "third");
    expect((await action.settle(context, input, probe)).effect).toBe("happened");
  });
});
