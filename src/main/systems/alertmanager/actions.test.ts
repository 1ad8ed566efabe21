import { afterEach, beforeEach, expect, test } from "vitest";
import { alertmanagerSystemSchema } from "../../../shared/systems/alertmanager.ts";
import type { Action } from "../../actions/action.ts";
import { silenceActions } from "./actions.ts";
import { contextOf, FakeAlertmanager, resource } from "./testing/fake-alertmanager.ts";

const hour = 3_600_000;
const node = resource("east/nodes/web-1", "node");
let far: FakeAlertmanager;
let now: number;
let silence: Action;
let expire: Action;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 2);
  far = new FakeAlertmanager();
  far.now = () => now;
  far.alerts = [
    { labels: { alertname: "NodeDown", instance: "web-1:9100", severity: "critical" } },
    { labels: { alertname: "NodeDown", instance: "web-11:9100", severity: "critical" } },
  ];
  await far.start();
  [silence, expire] = actions();
});
afterEach(() => far.stop());

function actions(site: string | null = null): [Action, Action] {
  const { silence: templates } = alertmanagerSystemSchema.parse({ type: "alertmanager", url: "http://x" });
  const [one, other] = silenceActions({ api: far.api(), templates, site, now: () => now });
  if (!one || !other) throw new Error("two actions were expected");
  return [one, other];
}

/** Probe, apply and verify, as the runner has them done. */
async function run(action: Action, input: Record<string, unknown> = {}) {
  const context = contextOf(node);
  const parsed = action.input.parse(input);
  const probe = await action.probe(context, parsed);
  if (probe.state !== "needed") return { probe, seen: null, commits: context.commits };
  const applied = await action.apply(context, parsed, probe);
  const seen = await action.verify(context, parsed, probe, applied);
  return { probe, parsed, seen, commits: context.commits };
}

const states = () => [...far.silences.values()].map(({ endsAt }) => Date.parse(endsAt) > now);

test("that there is no silence to lift is said where it is offered, once that was read", async () => {
  expect(expire.idle?.(node)).toBeNull();
  await expire.probe(contextOf(node), {});
  expect(expire.idle?.(node)?.en).toContain("no silence in force");
  await run(silence, { duration: "2h" });
  expect(expire.idle?.(node)).toBeNull();
});

test("the alerts about a node are silenced, those about others are not, and it is proven by both", async () => {
  const { probe, seen, commits } = await run(silence, { duration: "2h", comment: "a new fan" });
  expect(probe).toMatchObject({ state: "needed", observed: { alerts: 1, before: [] } });
  expect(seen).toMatchObject({ proven: true, data: { state: "active", loud: 0 } });
  expect(commits).toBe(1);
  const [made] = far.silences.values();
  expect(made).toMatchObject({
    createdBy: "passerelle",
    comment: "a new fan [passerelle east/nodes/web-1]",
    endsAt: new Date(now + 2 * hour).toISOString(),
  });
  expect((await run(silence, { duration: "2h" })).probe.state).toBe("done");
  expect((await run(silence, { duration: 3 * hour })).seen?.proven).toBe(true);
  expect(far.silences.size).toBe(1);
});

test("an alert that still sounds is no proof", async () => {
  far.answer = (request, response) => {
    if (!request.url?.includes("/alerts?")) return false;
    const status = { state: "active", silencedBy: [], inhibitedBy: [] };
    const loud = { labels: {}, annotations: {}, fingerprint: "f", startsAt: "2026-01-01T00:00:00Z", status };
    response.end(JSON.stringify([loud]));
    return true;
  };
  expect((await run(silence)).seen).toMatchObject({ proven: false, data: { loud: 1 } });
});

test("its own silence is ended, nobody else's", async () => {
  far.silence("theirs", 'instance=~"web-1(:.*)?"');
  far.silence("forged", 'instance=~"web-1(:.*)?"', { comment: "[passerelle east/nodes/web-1]" });
  await run(silence);
  const { probe, seen, commits } = await run(expire);
  expect(probe.observed).toEqual({ silences: ["s-1"] });
  expect([seen?.proven, commits]).toEqual([true, 1]);
  expect(states()).toEqual([true, true, false]);
  expect((await run(expire)).probe.state).toBe("done");
});

test("undone, what was made is ended, and what was prolonged ends when it would have", async () => {
  const first = await run(silence, { duration: "1h" });
  const longer = await run(silence, { duration: "9h" });
  const undone = await silence.undo?.(contextOf(node), longer.parsed ?? {}, longer.probe);
  expect(undone?.proven).toBe(true);
  expect([...far.silences.values()].map(({ endsAt }) => endsAt)).toEqual([
    new Date(now + hour).toISOString(),
  ]);
  expect((await silence.undo?.(contextOf(node), first.parsed ?? {}, first.probe))?.proven).toBe(true);
  expect(states()).toEqual([false]);
});

test("after a crash it is found out by its own mark whether it was made", async () => {
  const input = silence.input.parse({ duration: "1h" });
  const probe = await silence.probe(contextOf(node), input);
  expect((await silence.settle(contextOf(node), input, probe)).effect).toBe("did-not-happen");
  await silence.apply(contextOf(node), input, probe);
  now += hour / 2;
  expect((await silence.settle(contextOf(node), input, probe)).effect).toBe("happened");
  expect((await expire.settle(contextOf(node), {}, probe)).effect).toBe("did-not-happen");
});

test("it is offered where the estate says which alerts are meant, and at its own site", () => {
  expect(silence.appliesTo(node)).toBe(true);
  expect(silence.appliesTo(resource("east/pods/a", "pod"))).toBe(false);
  expect(silence.kinds).toEqual(["host", "vm", "node"]);
  const [local] = actions("atelier");
  expect(["atelier", "elsewhere", null].map((site) => local.appliesTo({ ...node, site }))).toEqual([
    true,
    false,
    true,
  ]);
});
