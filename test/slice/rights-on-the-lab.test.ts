import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { passerelle } from "./support/programs.ts";
import { known, reaches, step } from "./support/runs.ts";

const keys = {
  ada: makeKey(),
  bea: makeKey("ed25519", { passphrase: "a heron by the weir" }),
  cyd: makeKey(),
};
type Name = keyof typeof keys;
let lab: SliceLab;
let opened: OpenConsole | null = null;

const roles: Record<Name, string> = {
  ada: "[{ role: destroy, sites: [atelier] }, { role: approve }]",
  bea: "[{ role: disrupt, sites: [atelier] }]",
  cyd: "[{ role: look }]",
};

function operators(names: readonly Name[]): string {
  const lines = names.map((id) => {
    const accounts = id === "cyd" ? `[${userInfo().username}]` : "[]";
    return `  ${id}: { name: ${id.toUpperCase()}, keys: ["${keys[id].line.trim()}"], accounts: ${accounts}, roles: ${roles[id]} }`;
  });
  return `operators:\n${lines.join("\n")}\n`;
}

const procedures = `procedures:
  two-commands:
    title: Two commands
    steps:
      - id: first
        action: ssh.run-command
        on: db-1
        input: { command: "echo first" }
      - id: between
        gate: { text: "Go on?" }
        needs: [first]
      - id: second
        action: ssh.run-command
        on: db-1
        input: { command: "echo second" }
        needs: [between]
`;

const estateOf = (names: readonly Name[]) =>
  lab.estateWith("people.yaml", (words) => `${words}\n${operators(names)}${procedures}`);

beforeAll(async () => {
  lab = await SliceLab.start();
  for (const id of Object.keys(keys) as Name[]) {
    mkdirSync(lab.path("keys"), { recursive: true, mode: 0o700 });
    writeFileSync(lab.path("keys", id), keys[id].file, { mode: 0o600 });
  }
});
afterEach(async () => {
  await opened?.close();
  opened = null;
});
afterAll(async () => {
  await lab?.stop();
});

const everybody: Name[] = ["ada", "bea", "cyd"];

describe("rights on a site", () => {
  it("a plan says before its start what is missing and who has it; an action is greyed and says so too", async () => {
    const estate = estateOf(everybody);
    opened = await OpenConsole.open({ estate, dataFolder: lab.path("planned") });
    const { window } = opened;
    await known(opened, "db-1");
    const plan = () => window.procedures.plan({ procedure: "two-commands", variables: {} });
    await window.people.signIn({ operator: "cyd", proof: { kind: "key", key: keys.cyd.file } });
    const refused = (await plan()).rights;
    expect(refused?.missing.map(({ node }) => node)).toEqual(["first", "second"]);
    expect(refused?.missing[0]?.text.fr).toContain("Ceux qui l'ont : ADA, BEA.");
    expect(refused?.starters.map(({ id }) => id)).toEqual(["ada", "bea"]);
    expect(refused?.approvers?.map(({ id }) => id)).toEqual(["ada"]);
    const { offers } = await window.actions.offers({ resources: ["db-1"] }).then((all) => ({ offers: all }));
    const reboot = offers.find(({ id }) => id === "ssh.reboot");
    expect(reboot?.unavailable?.en).toContain("CYD does not have the role “disrupt” at the site atelier");
    expect(reboot?.unavailable?.en).toContain("Those who have it: ADA, BEA.");
    const who = await window.people.mayDo({ resource: "db-1" });
    expect(who.roles.map(({ role, holders }) => [role, holders.map(({ id }) => id)])).toEqual([
      ["look", ["ada", "bea", "cyd"]],
      ["operate", ["ada", "bea"]],
      ["disrupt", ["ada", "bea"]],
      ["destroy", ["ada"]],
      ["approve", ["ada"]],
    ]);
    const own = await opened.first(window.people.rights());
    expect(own).toMatchObject({ operator: "cyd", extent: "by-roles", held: [{ grant: { role: "look" } }] });
    const line = own.held[0]?.line ?? 0;
    expect(readFileSync(estate, "utf8").split("\n")[line - 1]).toContain("cyd:");
    await window.people.signOut();
    const key = { kind: "key", key: keys.ada.file } as const;
    await window.people.signIn({ operator: "ada", proof: key });
    expect((await plan()).rights?.missing).toEqual([]);
  });

  it("a run whose operator is taken out of the estate stops before its next step, until another has it go on", async () => {
    const estate = estateOf(everybody);
    opened = await OpenConsole.open({ estate, dataFolder: lab.path("removed") });
    const { window } = opened;
    await known(opened, "db-1");
    const proof = { kind: "key", key: keys.bea.file, passphrase: "a heron by the weir" } as const;
    await window.people.signIn({ operator: "bea", proof });
    const request = { procedure: "two-commands", variables: {} };
    const { plan } = await window.procedures.plan(request);
    const planHash = plan?.hash ?? "";
    const { run } = await window.procedures.start({ ...request, planHash, reason: "trial" });
    await reaches(opened, run, (state) => step(state, "between")?.state === "waiting", "at the gate");
    estateOf(["ada", "cyd"]);
    const paused = await reaches(opened, run, ({ status }) => status === "paused", "paused");
    expect(paused.reason?.en).toContain("bea may not do any more what is left of it");
    expect(paused.reason?.en).toContain("those who may have it go on: ADA");
    const ada = opened.another("ada");
    await ada.window.people.signIn({ operator: "ada", proof: { kind: "key", key: keys.ada.file } });
    await ada.window.procedures.approve({ id: run, node: "between", accept: true, planHash });
    const held = opened.parts.procedures.engine.run(run);
    expect([held.status, step(held, "second")?.attempts]).toEqual(["paused", 0]);
    await ada.window.procedures.resume({ id: run, reason: "taken on" });
    const done = await reaches(opened, run, ({ endedAt }) => endedAt !== null, "at its end");
    expect(done.status).toBe("completed");
    // Another edit of the estate takes nothing from who has it go on.
    estateOf(everybody);
    ada.close();
  });
});

describe("passerelle act --as", () => {
  const act = (name: Name, folder: string, environment: Record<string, string> = {}) =>
    passerelle(
      [
        ...["act", "ssh.run-command", "db-1", "--estate", estateOf(everybody), "--data", lab.path(folder)],
        ...["--yes", "--reason", "trial", "--input", JSON.stringify({ command: "echo done" })],
        ...["--as", name, "--identity", lab.path("keys", name)],
      ],
      environment,
    );

  it("signs in for one command, by a key file and its passphrase, and acts in that name", async () => {
    const done = await act("bea", "acted", { PASSERELLE_KEY_PASSPHRASE: "a heron by the weir" });
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining("done") });
    const words = ["journal", "list", "--json", "--type", "action.verified", "--data", lab.path("acted")];
    const listed = await passerelle(words);
    expect(JSON.parse(listed.output)).toMatchObject([{ actor: "bea" }]);
  });

  it("does nothing without the passphrase, nor without the role", async () => {
    const [closed, lacking] = await Promise.all([act("bea", "closed"), act("cyd", "lacking")]);
    expect(closed).toMatchObject({ code: 1, output: "", error: expect.stringMatching(/passphrase/i) });
    expect(lacking).toMatchObject({ code: 1, error: expect.stringContaining("CYD") });
    expect(lacking.output).not.toContain("verified");
  });
});
