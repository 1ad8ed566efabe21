import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import type { PeopleView } from "../../src/shared/sign-in.ts";
import { OpenConsole } from "./support/open-console.ts";

const keys = { ada: makeKey(), bea: makeKey("ecdsa"), cyd: makeKey() };
let folder: string;
let opened: OpenConsole;

const roles = {
  ada: "[{ role: destroy, sites: [north] }]",
  bea: "[{ role: operate }, { role: approve }]",
  cyd: "[{ role: destroy }, { role: approve }]",
};
type Name = keyof typeof roles;

function writeEstate(given: Partial<Record<Name, string>> = roles): void {
  const operators = (Object.keys(given) as Name[]).map((id) => {
    const accounts = id === "ada" ? `[${userInfo().username}]` : "[]";
    return `  ${id}: { name: ${id}, keys: ["${keys[id].line.trim()}"], accounts: ${accounts}, roles: ${given[id]} }`;
  });
  writeFileSync(
    join(folder, "estate.yaml"),
    `passerelle: 1
name: Atelier
sites: { north: {}, south: {} }
operators:
${operators.join("\n")}
breakGlass: { minutes: 5 }
procedures:
  declare:
    title: Declare
    steps:
      - id: first
        gate: { text: First?, approvers: 2 }
      - id: second
        gate: { text: Second?, approvers: 2 }
`,
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-slice-people-"));
  writeEstate();
  opened = await OpenConsole.open({ estate: join(folder, "estate.yaml"), dataFolder: join(folder, "data") });
});
afterAll(async () => {
  await opened?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Window = OpenConsole["window"];
const first = (window: Window): Promise<PeopleView> => opened.first(window.people.watch());
const withKey = (name: Name) => ({ kind: "key", key: keys[name].file }) as const;
const enter = (window: Window, operator: Name) =>
  window.people.signIn({ operator, proof: withKey(operator) });

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    return (thrown as { data?: { code?: string } }).data?.code ?? String(thrown);
  }
  return "nothing was thrown";
}

/** Starts the run of two gates, and gives its identifier and plan. */
async function started(window: Window) {
  const request = { procedure: "declare", variables: {} };
  const { plan } = await window.procedures.plan(request);
  const planHash = plan?.hash ?? "";
  const { run } = await window.procedures.start({ ...request, planHash });
  await opened.parts.procedures.engine.settled(run, AbortSignal.timeout(10_000));
  return { id: run, planHash };
}

async function approvedBy(window: Window, run: { id: string; planHash: string }, node: string, as: Name) {
  const { text } = await window.approvals.request({ run: run.id, node });
  const signing = { request: text, operator: as, verdict: "approve", way: withKey(as) } as const;
  const { signature } = await window.approvals.sign(signing);
  await window.procedures.approve({ ...run, node, accept: true, signature });
}

/** Resolves once the view of people of a window is as it should be. */
async function untilView(window: Window, holds: (view: PeopleView) => boolean): Promise<PeopleView> {
  for await (const view of await window.people.watch()) if (holds(view)) return view;
  throw new Error("the view ended");
}

const isStanding = ({ standing }: PeopleView["operators"][number]["roles"][number]) =>
  standing === "in-force";

/** Resolves once a run stands so. */
async function runUntil(id: string, status: string): Promise<void> {
  const { engine } = opened.parts.procedures;
  while (engine.run(id).status !== status) {
    await new Promise<void>((resolve) => {
      const stop = engine.onChange(() => {
        stop();
        resolve();
      });
    });
  }
}

describe("people at the windows of one console", () => {
  it("an account proves nothing: until somebody signs in, a window may only look", async () => {
    const { window } = opened;
    expect(await first(window)).toMatchObject({ me: null, roles: true, signedIn: null });
    const request = { procedure: "declare", variables: {}, planHash: "" };
    expect(await codeOf(window.procedures.start(request))).toBe("people.sign-in-needed");
    expect(await codeOf(window.secrets.set({ name: "x", value: "y" }))).toBe("people.sign-in-needed");
    expect(await codeOf(window.terminal.open({ resource: "north", columns: 80, rows: 24 }))).toBe(
      "people.sign-in-needed",
    );
    expect(await codeOf(enterAs(window, "ada", "bea"))).toBe("people.foreign-key");
    expect((await first(window)).me).toBeNull();
  });

  it("acts in each window for who has signed in there, and the journal says who", async () => {
    const north = opened.another("ada-window");
    const south = opened.another("bea-window");
    await enter(north.window, "ada");
    await enter(south.window, "bea");
    const run = await started(south.window);
    await south.window.procedures.pause({ id: run.id, reason: "a moment" });
    await north.window.procedures.resume({ id: run.id, reason: "go on" });
    const { events } = await north.window.journal.page({ task: run.id });
    const by = (type: string) => events.find((event) => event.type === type)?.actor;
    expect([by("run.started"), by("run.paused"), by("run.resumed")]).toEqual(["bea", "bea", "ada"]);
    // What the run does by itself is done in its leader's name, whoever has set it going again.
    expect(by("run.step-begun")).toBe("bea");
    expect(await codeOf(south.window.secrets.set({ name: "x", value: "yyyyyyyy" }))).toBe("people.no-right");
    await south.window.people.signOut();
    expect(await codeOf(south.window.procedures.pause({ id: run.id, reason: "" }))).toBe(
      "people.sign-in-needed",
    );
    expect((await first(north.window)).me).toBe("ada");
    north.close();
    south.close();
  });

  it("counts only approvals of who has the role to, and pauses the run of who was removed", async () => {
    const { window, close } = opened.another("bea-leads");
    await enter(window, "bea");
    const run = await started(window);
    expect(await codeOf(approvedBy(window, run, "first", "ada"))).toBe("run.no-approver");
    await approvedBy(window, run, "first", "cyd");
    await opened.parts.procedures.engine.settled(run.id, AbortSignal.timeout(10_000));
    writeEstate({ ada: roles.ada, cyd: roles.cyd });
    const ended = await untilView(window, ({ signedIn, ended: why }) => signedIn === null && why !== null);
    expect(ended.ended?.fr).toContain("plus opérateur");
    expect(await codeOf(window.procedures.pause({ id: run.id, reason: "" }))).toBe("people.sign-in-needed");
    // Her run is paused, and says who may have it go on; what was approved stays approved.
    const { engine } = opened.parts.procedures;
    await runUntil(run.id, "paused");
    expect(engine.run(run.id).reason?.fr).toContain("bea n'a plus le droit de faire ce qu'il en reste");
    expect(engine.run(run.id).reason?.en).toContain("those who may have it go on: ada, cyd");
    const state = opened.parts.procedures.engine.run(run.id);
    expect(state.steps.map(({ node, state: one }) => [node, one])).toEqual([
      ["first", "verified"],
      ["second", "waiting"],
    ]);
    await enter(window, "ada");
    expect(await codeOf(approvedBy(window, run, "second", "bea"))).toBe("people.unknown-operator");
    await approvedBy(window, run, "second", "cyd");
    const done = await opened.parts.procedures.engine.settled(run.id, AbortSignal.timeout(10_000));
    expect(done.status).toBe("completed");
    writeEstate();
    await untilView(window, ({ operators }) => operators.length === 3);
    close();
  });

  it("takes a right away at its moment: the run is paused, goes to nobody without the right, and keeps its approvals", async () => {
    const { window, close } = opened.another("bea-on-call");
    await enter(window, "bea");
    const run = await started(window);
    await approvedBy(window, run, "first", "cyd");
    const { engine } = opened.parts.procedures;
    await engine.settled(run.id, AbortSignal.timeout(10_000));
    const until = new Date(Date.now() + 1000).toISOString();
    writeEstate({
      ...roles,
      bea: `[{ role: operate, until: "${until}" }]`,
      cyd: `[{ role: destroy }, { role: approve, until: "${until}" }]`,
    });
    await runUntil(run.id, "paused");
    expect(engine.run(run.id).reason?.en).toContain("those who may have it go on: ada, cyd");
    const rights = await opened.first(window.people.rights());
    expect(rights.held).toMatchObject([{ grant: { role: "operate", until }, standing: "ended" }]);
    const { operators } = await first(window);
    expect(operators.find(({ id }) => id === "bea")?.roles).toMatchObject([{ standing: "ended" }]);
    expect(await codeOf(window.procedures.resume({ id: run.id, reason: "go on" }))).toBe("people.no-right");
    // Not to who lost the right, but to who has it, and goes on with it at once.
    await enter(window, "ada");
    const given = (to: Name) => window.procedures.handOver({ id: run.id, to, reason: "end of shift" });
    await given("ada");
    expect(await codeOf(given("bea"))).toBe("run.leader-lacks-rights");
    await window.procedures.resume({ id: run.id, reason: "taken on" });
    await runUntil(run.id, "waiting");
    expect(await codeOf(approvedBy(window, run, "second", "cyd"))).toBe("run.no-approver");
    writeEstate();
    await untilView(window, ({ operators: all }) => all.every((one) => one.roles.every(isStanding)));
    await approvedBy(window, run, "second", "cyd");
    const done = await engine.settled(run.id, AbortSignal.timeout(10_000));
    expect(done.status).toBe("completed");
    expect(done.steps.map(({ state }) => state)).toEqual(["verified", "verified"]);
    close();
  });

  it("lets somebody break the glass: alone where two are asked for, told to everybody, and reviewed by another", async () => {
    const { window, close } = opened.another("alone");
    await enter(window, "cyd");
    const run = await started(window);
    expect(await codeOf(approvedBy(window, run, "first", "cyd"))).toBe("run.own-request");
    const proof = withKey("cyd");
    const { id } = await window.people.breakGlass({ reason: "nobody else is reachable", proof });
    const other = await first(opened.window);
    expect(other.passes[0]).toMatchObject({ id, operator: "cyd", active: true, review: null });
    await approvedBy(window, run, "first", "cyd");
    await approvedBy(window, run, "second", "cyd");
    const done = await opened.parts.procedures.engine.settled(run.id, AbortSignal.timeout(10_000));
    expect(done.status).toBe("completed");
    const words = "looked at it, it was right";
    expect(await codeOf(window.people.reviewPass({ id, words }))).toBe("people.no-such-pass");
    await window.people.endPass({ id });
    expect(await codeOf(window.people.reviewPass({ id, words }))).toBe("people.own-review");
    await enter(window, "bea");
    await window.people.reviewPass({ id, words });
    const [pass] = (await first(window)).passes;
    expect(pass).toMatchObject({ active: false, review: { by: "bea" } });
    expect(pass?.touched).toContain(run.id);
    const { html } = await window.procedures.report({ id: run.id, language: "en" });
    expect(html).toContain("nobody else is reachable");
    close();
  });

  it("is locked in main: nothing is answered until whoever comes back proves who they are", async () => {
    const { window, close } = opened.another("left");
    await enter(window, "ada");
    await window.people.lock();
    expect((await first(window)).locked).toBe(true);
    expect(await codeOf(window.journal.page({}))).toBe("people.locked");
    expect(await codeOf(window.search({ text: "north" }))).toBe("people.locked");
    expect((await opened.first(window.procedures.runs())).runs.length).toBeGreaterThan(0);
    expect((await opened.window.search({ text: "north" })).rows.length).toBeGreaterThan(0);
    await enter(window, "ada");
    expect((await window.search({ text: "north" })).rows.length).toBeGreaterThan(0);
    opened.console.lock?.();
    expect(await codeOf(window.search({ text: "north" }))).toBe("people.locked");
    close();
  });

  it("signs in by a signature that was made elsewhere, once", async () => {
    const { window, close } = opened.another("bastion");
    const { text } = await window.people.challenge({ operator: "bea" });
    const signer = opened.another("signer");
    const made = await signatureOf(text);
    const proof = { kind: "signature", signature: made } as const;
    expect(await codeOf(signer.window.people.signIn({ operator: "bea", proof }))).toBe("people.bad-proof");
    await window.people.signIn({ operator: "bea", proof });
    expect((await first(window)).signedIn).toMatchObject({ operator: "bea", way: "signature" });
    expect(await codeOf(window.people.signIn({ operator: "bea", proof }))).toBe("people.bad-proof");
    signer.close();
    close();
  });
});

async function enterAs(window: Window, operator: Name, key: Name): Promise<void> {
  await window.people.signIn({ operator, proof: withKey(key) });
}

/** What `ssh-keygen -Y sign -n passerelle-sign-in` makes of a challenge. */
async function signatureOf(text: string): Promise<string> {
  const { readKeyFile, signWithKey } = await import("../../src/main/people/private-key.ts");
  return signWithKey(readKeyFile(keys.bea.file), "", "passerelle-sign-in", Buffer.from(`${text}\n`));
}
