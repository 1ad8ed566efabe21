import { afterEach, beforeEach, expect, test } from "vitest";
import { type LabSwift, startLabSwift } from "../../../lab/servers/swift/index.ts";
import { scaledClock } from "../../../lab/world/clock.ts";
import { hosts, run, runnerWith, typesOf } from "../../actions/fixtures/started-runner.ts";
import { contextOf, OpenedSwift } from "./testing/opened.ts";

const id = "objects/replications/files";
const invert = { action: "swift.invert-sync", resources: [id], input: { to: "north" } };
const clusters = new Map<string, LabSwift>();
const isDown = new Map<string, boolean>();
let swift: OpenedSwift;

beforeEach(async () => {
  const ends: Record<string, object> = {};
  for (const name of ["east", "north"]) {
    const made = startLabSwift({
      clock: scaledClock(200, Date.UTC(2025, 0, 6)),
      region: name,
      users: [{ account: "shop", user: "ops", password: "word" }],
      realm: { name: "shop", key: "realm" },
      peer: (other) => clusters.get(other) ?? null,
      certificate: null,
      faults: () => ({ down: isDown.get(name) ?? false }),
      syncEvery: 1000,
      onFailure: (error) => {
        throw error;
      },
    });
    clusters.set(name, made);
    headersOf(name).set("x-container-sync-key", "key");
    const url = `http://127.0.0.1:${await made.listen(0)}/auth/v1.0`;
    ends[name] = { login: { method: "v1", url, user: "shop:ops", password: "keychain:ops" } };
  }
  headersOf("east").set("x-container-sync-to", "//shop/north/AUTH_shop/files");
  const between = ["east", "north"].map((end) => ({
    end,
    container: "files",
    address: `//shop/${end}/AUTH_shop/files`,
  }));
  swift = new OpenedSwift({
    ends,
    replications: { files: { between, key: "keychain:sync", patience: "10s" } },
  });
  swift.secrets = { "keychain:ops": "word", "keychain:sync": "key" };
  hosts.set(id, { ...contextOf(id).resource, seenAt: Date.now() });
});
afterEach(async () => {
  await swift.system.close();
  await Promise.all([...clusters.values()].map((each) => each.close()));
});

function headersOf(end: string): Map<string, string> {
  const container = clusters.get(end)?.store.container("AUTH_shop", "files");
  if (!container) throw new Error(`no ${end}`);
  return container.headers;
}

/** The next change at an end is taken, and its answer lost. */
function loseAnswer(end: string): void {
  const headers = headersOf(end);
  headers.set = (key, value) => {
    Reflect.deleteProperty(headers, "set");
    headers.set(key, value);
    isDown.set(end, true);
    clusters.get(end)?.changed();
    isDown.set(end, false);
    return headers;
  };
}

test("it is journalled before its first byte, verified and undone; no key is in the journal", async () => {
  const runner = runnerWith(swift.system.actions);
  const task = await run(runner, invert);
  expect(task).toMatchObject({ state: "verified", undoable: true });
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
  expect(JSON.stringify(task)).not.toMatch(/"key"|word/);
  await runner.waitFor(await runner.undo(task.id));
  expect(headersOf("east").get("x-container-sync-to")).toBe("//shop/north/AUTH_shop/files");
  expect(headersOf("north").has("x-container-sync-to")).toBe(false);
});

test("broken off when the old direction had ended, it is not done, and goes on when it is run again", async () => {
  const runner = runnerWith(swift.system.actions);
  loseAnswer("east");
  const task = await run(runner, invert);
  expect(task.state).toBe("failed");
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
  expect(headersOf("east").has("x-container-sync-to")).toBe(false);
  expect(headersOf("north").has("x-container-sync-to")).toBe(false);
  expect((await run(runner, invert)).state).toBe("verified");
});

test("broken off when the new direction stood, it is found done", async () => {
  loseAnswer("north");
  const task = await run(runnerWith(swift.system.actions), invert);
  expect(task.state).toBe("verified");
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
});
