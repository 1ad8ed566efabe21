import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LabSwift, type SwiftFaults, startLabSwift } from "../../../lab/servers/swift/index.ts";
import { scaledClock } from "../../../lab/world/clock.ts";
import { fencingKey } from "./replication.ts";
import { OpenedSwift } from "./testing/opened.ts";

/** The lab was written by what Swift documents, without a look at this client: here they meet. */
const files = "objects/replications/files";
const clusters = new Map<string, LabSwift>();
const ports = new Map<string, number>();
let faults: Record<string, SwiftFaults>;
let swift: OpenedSwift;

beforeEach(async () => {
  faults = {};
  for (const name of ["east", "north"]) {
    const made = startLabSwift({
      clock: scaledClock(200, Date.UTC(2025, 0, 6)),
      region: name,
      users: [
        { account: "shop", user: "ops", password: "word", credential: { id: "c-1", secret: "second" } },
      ],
      realm: { name: "shop", key: "realm" },
      peer: (other) => clusters.get(other) ?? null,
      certificate: null,
      faults: () => faults[name] ?? {},
      syncEvery: 2000,
      onFailure: (error) => {
        throw error;
      },
    });
    clusters.set(name, made);
    ports.set(name, await made.listen(0));
    made.store.container("AUTH_shop", "files");
  }
  sends("east", "north");
  swift = open();
});
afterEach(async () => {
  await swift.system.close();
  await Promise.all([...clusters.values()].map((each) => each.close()));
});

const headersOf = (end: string) => {
  const container = clusters.get(end)?.store.container("AUTH_shop", "files");
  if (!container) throw new Error(`no ${end}`);
  return container.headers;
};

function sends(from: string, to: string): void {
  headersOf(from).set("x-container-sync-to", `//shop/${to}/AUTH_shop/files`);
  headersOf(from).set("x-container-sync-key", "key");
  headersOf(to).set("x-container-sync-key", "key");
}

function open(more: { east?: object; north?: object; replication?: object } = {}): OpenedSwift {
  const url = (end: string) => `http://127.0.0.1:${ports.get(end)}`;
  const made = new OpenedSwift({
    ends: {
      east: {
        site: "east",
        login: { method: "v1", url: `${url("east")}/auth/v1.0`, user: "shop:ops", password: "keychain:ops" },
        ...more.east,
      },
      north: {
        login: {
          method: "password",
          url: `${url("north")}/v3`,
          user: "ops",
          project: "shop",
          password: "keychain:ops",
        },
        region: "north",
        containers: ["files"],
        ...more.north,
      },
    },
    replications: {
      files: {
        between: [
          { end: "east", container: "files", address: "//SHOP/east/AUTH_shop/files" },
          { end: "north", container: "files", address: "//SHOP/north/AUTH_shop/files" },
        ],
        key: "keychain:sync",
        patience: "5s",
        ...more.replication,
      },
    },
  });
  made.secrets = { "keychain:ops": "word", "keychain:sync": "key", "keychain:second": "second" };
  return made;
}

const invert = (input: object) => swift.action("swift.invert-sync", files, input);
const down = (end: string, isDown: boolean) => {
  faults[end] = { down: isDown };
  clusters.get(end)?.changed();
};

test("ends, containers and the direction are read, with either log-in", async () => {
  clusters.get("east")?.store.put("AUTH_shop", "files", "a", Buffer.from("12345"));
  await swift.observe();
  expect([...swift.declared.values()].map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    "service objects/ends/east",
    "volume objects/containers/east/files",
    "service objects/ends/north",
    "volume objects/containers/north/files",
    `replication ${files}`,
  ]);
  expect(swift.facts("objects/ends/east")).toMatchObject({ "swift.containers": 1, "objects.bytes": 5 });
  expect(swift.facts("objects/containers/east/files")).toMatchObject({
    "objects.count": 1,
    "objects.bytes": 5,
  });
  expect(swift.facts("objects/containers/north/files")).toMatchObject({ "swift.policy": "Policy-0" });
  expect(swift.facts(files)).toMatchObject({ "replication.from": "east", "replication.to": "north" });
  expect(swift.problems(files)).toEqual([]);
});

test("the lag is measured by an object that is there no more afterwards", async () => {
  const { verified, applied } = await swift.action("swift.measure-lag", files, {}).run();
  expect(verified.proven).toBe(true);
  expect(applied.data).toMatchObject({ from: "east", to: "north", arrived: true });
  await swift.observe();
  expect(swift.facts(files)["replication.lag"]).toBeTypeOf("number");
  expect(swift.facts(files)["replication.last"]).toBe(applied.data.at);
  for (const end of clusters.values()) {
    expect([...end.store.container("AUTH_shop", "files").objects.keys()]).toEqual([]);
  }
});

test("what does not arrive is told as such, and the lag is from what did", async () => {
  await swift.system.close();
  swift = open({ replication: { patience: "1s" } });
  const measure = () => swift.action("swift.measure-lag", files, {}).run();
  faults.east = { syncStopped: true };
  expect((await measure()).verified.proven).toBe(false);
  await swift.observe();
  expect(swift.problems(files)).toEqual(["swift.not-arriving"]);
  // How far it is behind is not known: at least so long, and nobody knows how much longer.
  expect(swift.facts(files)).toMatchObject({ "replication.lag": null, "replication.last": null });

  faults.east = {};
  const arrived = await measure();
  faults.east = { syncStopped: true };
  const putAt = Number(arrived.applied.data.at) - Number(arrived.applied.data.lag);
  const late = await measure();
  await swift.observe();
  const lag = Math.round((Number(late.applied.data.at) - putAt) / 1000);
  expect(swift.facts(files)).toMatchObject({
    "replication.lag": lag,
    "replication.last": arrived.applied.data.at,
  });
  // What is known of the data at the other end stays known while the source is silent.
  down("east", true);
  await swift.observe();
  expect(swift.facts(files)).toMatchObject({ "replication.from": null, "replication.lag": lag });
});

test("the estate has it measured every so often, beside the readings", async () => {
  await swift.system.close();
  swift = open({ replication: { measureEvery: "1h" } });
  await swift.observe();
  expect(swift.facts(files)["replication.measured"]).toBeNull();
  // Told as soon as it is known, without another round.
  await vi.waitFor(() => expect(swift.facts(files)["replication.measured"]).toBeTypeOf("number"), 5000);
  const measured = swift.facts(files)["replication.measured"];
  await swift.observe();
  expect(swift.facts(files)["replication.measured"]).toBe(measured);
});

test("what a console that ended in the middle left behind goes with a later measurement", async () => {
  const old = `.passerelle-canary/files/${Date.now() - 2 * 86_400_000}-left`;
  const young = `.passerelle-canary/files/${Date.now()}-left`;
  const store = clusters.get("east")?.store;
  for (const name of [old, young]) store?.put("AUTH_shop", "files", name, Buffer.from("1"));
  await swift.action("swift.measure-lag", files, {}).run();
  expect([...(store?.container("AUTH_shop", "files").objects.keys() ?? [])]).toEqual([young]);
});

test("inverted, what was put before has arrived, the old direction is over, and it can be undone", async () => {
  clusters.get("east")?.store.put("AUTH_shop", "files", "late", Buffer.from("1"));
  const { probe, verified, settle, undo } = await invert({ to: "north" }).run();
  expect(probe.state).toBe("needed");
  expect(verified).toMatchObject({ proven: true, data: { from: "north", to: "east" } });
  expect(clusters.get("north")?.store.container("AUTH_shop", "files").objects.has("late")).toBe(true);
  expect(headersOf("east").has("x-container-sync-to")).toBe(false);
  expect(headersOf("north").get("x-container-sync-to")).toBe("//SHOP/east/AUTH_shop/files");
  expect((await invert({ to: "north" }).probe()).state).toBe("done");
  expect((await settle()).effect).toBe("happened");
  await swift.observe();
  expect(swift.facts(files)).toMatchObject({ "replication.from": "north", "replication.to": "east" });
  expect((await undo())?.proven).toBe(true);
  expect((await settle()).effect).toBe("did-not-happen");
  expect((await invert({ to: "east" }).probe()).state).toBe("done");
});

test("while the target lacks what was put, nothing is changed", async () => {
  await swift.system.close();
  swift = open({ replication: { patience: "500ms" } });
  faults.east = { syncStopped: true };
  const before = [...headersOf("east"), ...headersOf("north")];
  const asked = invert({ to: "north" });
  await expect(asked.run()).rejects.toMatchObject({ code: "swift.not-caught-up" });
  expect(asked.context).toMatchObject({ commits: 0 });
  expect([...headersOf("east"), ...headersOf("north")]).toEqual(before);
});

test("a source that is gone is given up only when that is said, and cannot write when it comes back", async () => {
  down("east", true);
  await swift.observe();
  expect(swift.problems(files)).toContain("swift.end-silent");
  expect((await invert({ to: "north" }).probe()).state).toBe("impossible");
  const { probe, verified, applied, settle } = await invert({ to: "north", sourceGone: true }).run();
  expect(probe.state).toBe("needed");
  expect(verified.proven).toBe(true);
  expect(applied.data).toEqual({ left: "east" });
  expect((await settle()).effect).toBe("happened");
  expect(headersOf("north").get("x-container-sync-key")).toBe(
    fencingKey("key", { end: "north", container: "files" }),
  );

  clusters.get("east")?.store.put("AUTH_shop", "files", "stray", Buffer.from("1"));
  down("east", false);
  const east = clusters.get("east")?.store.container("AUTH_shop", "files");
  // Long enough in the World for many passes of container-sync.
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(east?.unsynced().map(({ name }) => name)).toEqual(["stray"]);
  await swift.observe();
  expect(swift.problems(files)).toEqual(["swift.both-ways", "swift.fenced"]);

  // Going back at once would give up what was put in the north meanwhile.
  clusters.get("north")?.store.put("AUTH_shop", "files", "meanwhile", Buffer.from("1"));
  expect((await invert({ to: "east" }).probe()).state).toBe("impossible");
  const corrected = await invert({ to: "north" }).run();
  expect(corrected.probe.state).toBe("needed");
  expect(corrected.verified.proven).toBe(true);
  expect(east?.objects.has("meanwhile")).toBe(true);
  await swift.observe();
  expect(swift.problems(files)).toEqual([]);
});

test("where each sends to the other, what was put at the one that is to end is waited for", async () => {
  sends("north", "east");
  clusters.get("east")?.store.put("AUTH_shop", "files", "late", Buffer.from("1"));
  const { probe, verified } = await invert({ to: "north" }).run();
  expect(probe.steps).toHaveLength(3);
  expect(verified.proven).toBe(true);
  expect(clusters.get("north")?.store.container("AUTH_shop", "files").objects.has("late")).toBe(true);
});

test("half gone, the old source may be read and not be told: it is fenced off all the same", async () => {
  headersOf("east").delete = () => false;
  await expect(invert({ to: "north" }).run()).rejects.toMatchObject({ code: "swift.still-sends" });
  expect(headersOf("north").has("x-container-sync-to")).toBe(false);
  const { applied, verified } = await invert({ to: "north", sourceGone: true }).run();
  expect(applied.data).toEqual({ left: "east" });
  expect(verified.proven).toBe(true);
  await swift.observe();
  expect(swift.problems(files)).toEqual(["swift.both-ways", "swift.fenced"]);
});

test("a new source that does not answer, and an end that there is not, are impossible", async () => {
  down("north", true);
  for (const input of [{ to: "north" }, { to: "north", sourceGone: true }, { to: "south" }]) {
    expect((await invert(input).probe()).state).toBe("impossible");
  }
});

test.each([
  ["swift.not-replicated", () => headersOf("east").delete("x-container-sync-to")],
  ["swift.both-ways", () => sends("north", "east")],
  ["swift.keys-differ", () => headersOf("north").set("x-container-sync-key", "other")],
  ["swift.elsewhere", () => headersOf("east").set("x-container-sync-to", "//shop/depot/AUTH_shop/files")],
])("%s is a problem of the replication", async (code, change) => {
  change();
  await swift.observe();
  expect(swift.problems(files)).toEqual([code]);
});

test("a token that is forgotten is asked for again, a wrong secret is told", async () => {
  await swift.observe();
  for (const end of clusters.values()) end.forgetTokens();
  await swift.observe();
  expect(swift.error("objects/ends/east")).toBeNull();
  const [trial] = swift.system.trials?.("keychain:ops") ?? [];
  await trial?.tryLogin("word", new AbortController().signal);
  await expect(trial?.tryLogin("wrong", new AbortController().signal)).rejects.toMatchObject({
    code: "swift.login-refused",
  });
  swift.secrets["keychain:ops"] = "wrong";
  for (const end of clusters.values()) end.forgetTokens();
  await swift.observe();
  expect(swift.error("objects/ends/east")).toBe("swift.login-refused");
  expect(swift.error("objects/containers/north/files")).toBe("swift.login-refused");
});

test("an application credential logs in; a region that is not in the catalogue is told", async () => {
  await swift.system.close();
  const login = {
    method: "application-credential",
    url: `http://127.0.0.1:${ports.get("north")}/v3`,
    credential: "c-1",
    secret: "keychain:second",
  };
  swift = open({
    north: { login },
    east: { login: { ...login, url: `http://127.0.0.1:${ports.get("east")}/v3` }, region: "west" },
  });
  await swift.observe();
  expect(swift.facts("objects/containers/north/files")).toMatchObject({ "objects.count": 0 });
  expect(swift.error("objects/ends/east")).toBe("swift.no-endpoint");
});

test.each([
  ["garbage", "swift.garbage"],
  ["truncated", "swift.closed"],
  ["down", "swift."],
])("an end whose answers are %s is an error, and does not keep the other", async (fault, code) => {
  await swift.observe();
  faults.east = { [fault]: true };
  clusters.get("east")?.changed();
  await swift.observe();
  expect(swift.error("objects/ends/east")).toContain(code);
  expect(swift.error("objects/ends/north")).toBeNull();
  // What is asked for by HEAD has nothing that could break off.
  expect(swift.problems(files)).toEqual(fault === "truncated" ? [] : ["swift.end-silent"]);
});
