import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestVault, type TestVault } from "../../src/lab/servers/vault/testing.ts";
import type { SecretSearch } from "../../src/shared/vault-secrets.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { plainEnvironment, run } from "./support/programs.ts";
import { known, reaches, started } from "./support/runs.ts";
import { filesBelow, findSecrets, type Haystack, markedSecret } from "./support/secret-search.ts";

const crashingConsole = fileURLToPath(new URL("fixtures/crashing-console.ts", import.meta.url));
const mount = "vault/mounts/secret";
const ordinary = "ordinary-reason";

/** Everything secret that passes in this file; what is drawn on the way is added when it is seen. */
const hostPassword = markedSecret("host-password");
const secrets: Record<string, string> = {
  hostPassword,
  secretId: markedSecret("secret-id"),
  former: markedSecret("former-value"),
  typed: markedSecret("typed-value"),
};

let lab: SliceLab;
let vault: TestVault;
let root: string;
let open: OpenConsole;
let estate: string;
let evidence: Buffer[] = [];
const looking = new AbortController();

beforeAll(async () => {
  [lab, vault] = await Promise.all([SliceLab.start({ hostPassword }), startTestVault()]);
  secrets.alertsPassword = readFileSync(lab.path("lab", "secrets", "alertmanager-password"), "utf8").trim();
  await furnish();
  tapVault();
  writeFileSync(lab.path("lab", "secrets", "tap-secret-id"), secrets.secretId ?? "", { mode: 0o600 });
  const nodes = Object.entries(vault.urls).map(([id, url]) => `      ${id}: { url: "${url}" }`);
  estate = lab.estateWith("tapped.yaml", (words) =>
    words
      .replace("password: file:secrets/host-password", "password: vault:secret/hosts#password")
      .replace(
        "password: file:secrets/alertmanager-password",
        "password: vault:secret/alerts?version=1#password",
      )
      .replace(
        "\nsystems:\n",
        `
systems:
  vault:
    type: vault
    nodes:
${nodes.join("\n")}
    login: { appRole: { roleId: tap, secretId: "file:secrets/tap-secret-id" } }
`,
      ),
  );
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data") });
  lookAtEverything();
});
afterAll(async () => {
  await open?.close();
  await vault?.close();
  await lab?.stop();
});

/** Keeps open every page that shows something of it. */
function lookAtEverything(): void {
  const { window } = open;
  const options = { signal: looking.signal };
  const look = async (watch: Promise<AsyncIterable<unknown>>) => {
    for await (const _frame of await watch) if (looking.signal.aborted) return;
  };
  // The pages are closed together at the end, which ends each of them in the middle.
  for (const watch of [
    window.status.watch(undefined, options),
    window.vaults.watch(undefined, options),
    window.secrets.watch(undefined, options),
    window.questions.watch(undefined, options),
    window.tasks.watch(undefined, options),
    window.journal.watch(undefined, options),
    window.rules.watch({ resource: null }, options),
    window.resources.watch({ id: mount }, options),
    window.resources.watch({ id: "vault/cluster" }, options),
  ])
    look(watch).catch(() => {});
}

const asRoot = async (method: string, path: string, body?: unknown) => {
  const answer = await vault.ask(method, path, { token: root, body });
  expect(answer.status).toBeLessThan(300);
  return answer.json;
};

async function furnish(): Promise<void> {
  ({ root } = await vault.open());
  secrets.rootToken = root;
  await asRoot("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await asRoot("POST", "secret/data/hosts", { data: { password: secrets.hostPassword } });
  await asRoot("POST", "secret/data/alerts", { data: { password: secrets.alertsPassword } });
  await asRoot("POST", "secret/data/shop/billing", { data: { user: "billing", password: secrets.former } });
  await asRoot("POST", "sys/policies/acl/all", {
    policy: 'path "*" { capabilities = ["create","read","update","patch","delete","list","sudo"] }',
  });
  await asRoot("POST", "sys/auth/approle", { type: "approle" });
  await asRoot("POST", "auth/approle/role/tap", { token_policies: ["all"], role_id: "tap" });
  await asRoot("POST", "auth/approle/role/tap/custom-secret-id", { secret_id: secrets.secretId });
}

/** What Vault is shown and told from here on is a secret where it is a token or a value of a secret. */
function tapVault(): void {
  const { requests } = vault.vault;
  const handle = requests.handle.bind(requests);
  requests.handle = (node, request) => {
    if (request.token) secrets[`token ${request.token.slice(-4)}`] = request.token;
    const { data } = request.body;
    if (request.method === "PATCH" && typeof data === "object" && data !== null)
      for (const value of Object.values(data)) secrets[`written to ${request.path}`] = String(value);
    return handle(node, request);
  };
}

/** Acts on the mount, and answers what is asked for on the way. */
async function writes(action: string, input: Record<string, string | number>, answer?: string) {
  const done = open.act(action, [mount], input, ordinary);
  if (answer !== undefined) {
    const asked = () => open.parts.questions.list().find(({ target }) => target === mount);
    await open.until("the value is asked for", () => asked() !== undefined);
    await open.window.questions.answer({ id: asked()?.id ?? "", accept: true, answers: [answer] });
  }
  expect(await done).toMatchObject({ state: "verified" });
}

describe("a day with Vault", () => {
  it("log-ins: to Vault by AppRole, to hosts and to a web service with what is read from it", async () => {
    for (const id of ["tower-a", "web-1", "db-1"]) await open.read(id);
    await open.until(
      "the web service is read",
      () => open.parts.inventory.get("atelier-alerts/service")?.seenAt != null,
    );
    expect(open.parts.vaults.standings()).toMatchObject([{ state: "signed-in", method: "appRole" }]);
    expect((await open.act("ssh.run-command", ["web-1"], { command: "uptime" }, ordinary)).state).toBe(
      "verified",
    );
  });

  it("secrets: looked at, written, generated, rolled back and deleted", async () => {
    await known(open, mount, "vault/cluster");
    const { window } = open;
    const request = { mount, path: "shop/billing" };
    expect(await window.vaultSecrets.folder({ mount, folder: "shop" })).toMatchObject({
      secrets: ["billing"],
    });
    const path = request.path;
    await writes("vault.write-secret", { path, field: "password", version: 1 }, secrets.typed);
    await writes("vault.generate-secret", { path, field: "password", version: 2 });
    await writes("vault.roll-back-secret", { path, version: 1, over: 3 });
    await writes("vault.delete-version", { path, version: 2 });
    expect(await window.vaultSecrets.read(request)).toMatchObject({
      current: 4,
      fields: ["password", "user"],
      versions: [{ version: 4 }, { version: 3 }, { version: 2, deleted: true }, { version: 1 }],
    });
    const used = await window.vaultSecrets.read({ mount, path: "hosts" });
    expect(used.usedBy[0]).toMatchObject({ reference: "vault:secret/hosts#password" });
    let told: SecretSearch | null = null;
    for await (const each of await window.vaultSecrets.search({ mount, folder: "", words: "bill" }))
      told = each;
    expect(told).toMatchObject({ found: ["shop/billing"], ended: "complete" });
  });

  it("a run with its evidence, and the end of the day", async () => {
    const id = await started(open, "vault-rotate", { vault: "vault/cluster" });
    await reaches(open, id, ({ status }) => status === "completed", "completed", ["vault/cluster"]);
    const report = await open.window.procedures.report({ id, language: "en" });
    evidence = [Buffer.from(JSON.stringify(await open.window.procedures.evidence({ id })))];
    evidence.push(Buffer.from(JSON.stringify(report)));
    expect(evidence.every((bytes) => bytes.includes("vault/cluster"))).toBe(true);
    await open.window.vaults.signOut({ vault: "vault" });
    looking.abort();
    const { events } = await open.window.journal.page({ limit: 500 });
    const types = new Set(events.map(({ type }) => type));
    for (const type of ["vault.login-intent", "vault.signed-in", "vault.signed-out", "secret.used"])
      expect(types).toContain(type);
  });
});

describe("no trace of any secret of it", () => {
  const named = (name: string, all: readonly Buffer[]): Haystack[] =>
    all.map((bytes, index) => ({ name: `${name} ${index}`, bytes }));

  it("in any frame to the window, though what was typed crossed the other way", () => {
    expect(Object.keys(secrets).filter((name) => name.startsWith("token "))).not.toEqual([]);
    expect(Object.keys(secrets).filter((name) => name.startsWith("written to"))).not.toEqual([]);
    expect(open.recorder.fromMain.length).toBeGreaterThan(30);
    expect(findSecrets(named("frame", open.recorder.fromMain), secrets)).toEqual([]);
    const typed = findSecrets(named("frame", open.recorder.toMain), secrets);
    expect(typed.length).toBeGreaterThan(0);
    expect(typed.every((hit) => hit.includes(": typed as"))).toBe(true);
  });

  it("in the evidence of a run and its report", () => {
    expect(findSecrets(named("evidence", evidence), secrets)).toEqual([]);
  });

  it("in any file of the data folder: journal, log and all", async () => {
    await open.close();
    const files = filesBelow(lab.path("data"));
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(["journal.sqlite", "journal.head"]));
    expect(files.some(({ bytes }) => bytes.includes(ordinary))).toBe(true);
    expect(files.some(({ bytes }) => bytes.includes("vault:secret/hosts#password"))).toBe(true);
    expect(findSecrets(files, secrets)).toEqual([]);
  });

  it("in what a crash leaves that happens with one of them in hand", async () => {
    const words = [estate, lab.path("crashed"), "vault:secret/hosts#password", "ordinary-crash"];
    const { code, output, error } = await run(crashingConsole, words, plainEnvironment()).ended;
    expect(code).toBe(70);
    const files = filesBelow(lab.path("crashed"));
    const crash = files.find(({ name }) => name.startsWith("crashes/"));
    expect(crash?.bytes.toString()).toContain("[secret]");
    const said = { name: "standard output and error", bytes: Buffer.from(output + error) };
    expect(findSecrets([...files, said], secrets)).toEqual([]);
  });
});
