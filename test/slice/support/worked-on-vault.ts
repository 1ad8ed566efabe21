import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { makeOpenPgpKey, type OpenPgpKey } from "../../../src/lab/servers/vault/crypto/openpgp-key.ts";
import { bare, openMessage } from "../../../src/lab/servers/vault/crypto/openpgp-opened.ts";
import type { LabVaultOptions } from "../../../src/lab/servers/vault/index.ts";
import { startTestVault, type TestVault } from "../../../src/lab/servers/vault/testing.ts";
import { makeKey } from "../../../src/main/people/testing/keys.ts";
import { OpenConsole } from "./open-console.ts";
import { known, signedBy } from "./runs.ts";

const people = ["ada", "bea"] as const;

/** A Vault of the lab, two people who hold shares of it, and a whole console that works on it. */
export class WorkedOnVault {
  readonly cluster = "vault/cluster";
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-slice-vault-"));
  vault: TestVault | undefined;
  console: OpenConsole | undefined;
  root = "";
  shares: string[] = [];
  readonly #keys = { ada: makeKey(), bea: makeKey() };
  #pgp: OpenPgpKey[] = [];

  async start(kind: LabVaultOptions["kind"]): Promise<this> {
    this.vault = await startTestVault(undefined, kind);
    ({ root: this.root, shares: this.shares } = await this.vault.open());
    await this.asRoot("POST", "sys/audit/file", { type: "file", options: { file_path: "/dev/null" } });
    await this.asRoot("POST", "sys/auth/approle", { type: "approle" });
    const policy = `path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }`;
    await this.asRoot("POST", "sys/policies/acl/console", { policy });
    const role = { role_id: "console-role", token_policies: ["console"], token_ttl: "1h" };
    await this.asRoot("POST", "auth/approle/role/console", role);
    await this.asRoot("POST", "auth/approle/role/console/custom-secret-id", { secret_id: "console-secret" });
    writeFileSync(join(this.folder, "secret-id"), "console-secret", { mode: 0o600 });
    this.#pgp = await Promise.all(people.map((name) => makeOpenPgpKey(name, Date.now())));
    for (const [index, name] of people.entries())
      writeFileSync(join(this.folder, `${name}.asc`), this.#pgp[index]?.publicKey ?? "");
    this.#writeEstate(this.vault.urls);
    await this.reopen();
    return this;
  }

  get opened(): OpenConsole {
    if (!this.console) throw new Error("the console is not open");
    return this.console;
  }

  /** The console ends, where it is open, and is opened anew. */
  async reopen(): Promise<void> {
    await this.console?.close();
    this.console = await OpenConsole.open({
      estate: join(this.folder, "estate.yaml"),
      dataFolder: join(this.folder, "data"),
    });
    await known(this.console, this.cluster);
  }

  async close(): Promise<void> {
    await this.console?.close();
    await this.vault?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async asRoot(method: string, path: string, body?: unknown) {
    if (!this.vault) throw new Error("the Vault is not started");
    return this.vault.ask(method, path, { token: this.root, body });
  }

  /** Has an action done in the window, and answers what it asks for where it does; its state, or the code of its error. */
  async act(action: string, resource: string, input: object = {}, answer?: string): Promise<string> {
    const { window, parts } = this.opened;
    const confirmation = parts.inventory.get(resource)?.name ?? "";
    const wanted = { action, resources: [resource], input: { ...input }, reason: "", confirmation };
    const { task } = await window.actions.start(wanted);
    if (answer !== undefined) {
      const asked = () => parts.questions.list()[0];
      await this.opened.until("it is asked for", () => asked() !== undefined);
      await window.questions.answer({ id: asked()?.id ?? "", accept: true, answers: [answer] });
    }
    const ended = await parts.runner.waitFor(task);
    return ended.error?.code ?? ended.state;
  }

  rekey() {
    return this.opened.window.vaults.rekey({ vault: "vault" });
  }

  /** The new shares as the window shows them, opened by their holders. */
  async newShares(): Promise<string[]> {
    const { holders } = await this.rekey();
    return holders.map(({ sealed }, index) =>
      openMessage(this.#pgp[index]?.privateKey ?? "", Buffer.from(bare(sealed ?? ""), "base64")).toString(
        "latin1",
      ),
    );
  }

  /** Bea signs what waits for a second person. */
  signed(run: string, node: string): Promise<void> {
    return signedBy(this.opened, run, node, { operator: "bea", key: this.#keys.bea.file });
  }

  /** Every byte that the console has left on disk. */
  written(place = join(this.folder, "data")): string {
    return readdirSync(place)
      .map((name) => join(place, name))
      .map((path) => (statSync(path).isDirectory() ? this.written(path) : readFileSync(path, "latin1")))
      .join("\n");
  }

  #writeEstate(urls: Record<string, string>): void {
    const nodes = Object.entries(urls).map(([node, url]) => `      ${node}: { url: "${url}" }`);
    const { ada, bea } = this.#keys;
    writeFileSync(
      join(this.folder, "estate.yaml"),
      `passerelle: 1
name: Atelier
sites: { north: {} }
operators:
  ada: { name: Ada, keys: ["${ada.line.trim()}"], accounts: [${userInfo().username}] }
  bea: { name: Bea, keys: ["${bea.line.trim()}"], accounts: [] }
systems:
  vault:
    type: vault
    name: Vault
    site: north
    nodes:
${nodes.join("\n")}
    login: { appRole: { roleId: console-role, secretId: file:secret-id } }
    holders: { ada: { key: ada.asc }, bea: { key: bea.asc } }
    every: 1s
`,
    );
  }
}
