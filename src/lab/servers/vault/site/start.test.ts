import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { LabNetwork } from "../../network.ts";
import type { LabServers } from "../../server.ts";
import { readRecipient } from "../crypto/openpgp.ts";
import { bare } from "../crypto/openpgp-opened.ts";
import { startVault } from "./start.ts";
import { askOverTls } from "./testing.ts";

let folder: string;
let world: World;
let clock: ManualClock;
let network: LabNetwork;
let servers: LabServers;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-vault-"));
  clock = new ManualClock(Date.now());
  world = new World({ seed: 1, clock, sites: "vault" });
  network = new LabNetwork();
  const onFailure = (error: unknown) => {
    throw error;
  };
  servers = await startVault({ world, network, folder, onFailure }, new Map());
});
afterEach(async () => {
  await servers.close();
  world.close();
  await rm(folder, { recursive: true, force: true });
});

const secret = async (name: string) => (await readFile(join(folder, "secrets", name), "utf8")).trim();
async function ask(node: string, method: string, path: string, body: object = {}, token = "") {
  const authority = await readFile(join(folder, "keys/vault-authority.crt"), "utf8");
  const port = servers.ports.get(`vault ${node}`) ?? 0;
  return askOverTls({ port, authority, method, path, body, token });
}
const health = async (node: string) => (await ask(node, "GET", "sys/health")).status;

it("stands open and furnished, and lets the console's role in", async () => {
  expect(await Promise.all(["vault-1", "vault-2", "vault-3"].map(health))).toEqual([200, 429, 429]);
  const body = { role_id: await secret("vault-role-id"), secret_id: await secret("vault-secret-id") };
  const { json } = await ask("vault-2", "POST", "auth/approle/login", body);
  const token = String((json.auth as { client_token: string }).client_token);
  const listed = await ask("vault-1", "LIST", "secret/metadata/shop/production", {}, token);
  expect(listed.json.data).toMatchObject({ keys: ["archive/", "billing/", "identity/", "portal/"] });
  expect((await ask("vault-1", "POST", "sys/policies/acl/console", {}, token)).status).toBe(403);
});

it("has a key of OpenPGP for each holder of a new share, the private one with the secrets, and keeps it", async () => {
  const key = (kind: string) => readFile(join(folder, kind, "vault-holder-ada.asc"), "utf8");
  const [open, closed] = [await key("keys"), await key("secrets")];
  expect([open.includes("PRIVATE"), closed.includes("BEGIN PGP PRIVATE KEY BLOCK")]).toEqual([false, true]);
  const { keyId } = readRecipient(Buffer.from(bare(open), "base64"));
  expect(keyId).toHaveLength(8);
  const again = { world, network: new LabNetwork(), folder, onFailure: () => undefined };
  const other = await startVault(again, new Map());
  await other.close();
  expect(await key("keys")).toBe(open);
});

it("has its faults, which are gone when they are lifted", async () => {
  const [token, root] = [await secret("vault-token"), await secret("vault-root-token")];
  const isKnown = async (id: string) =>
    (await ask("vault-1", "GET", "auth/token/lookup-self", {}, id)).status;
  world.inject(["vault-sealed", "vault-1"]);
  expect([await health("vault-1"), await health("vault-2")]).toEqual([503, 200]);
  world.inject(["vault-standby", "vault-2"]);
  expect([await health("vault-2"), await health("vault-3")]).toEqual([429, 200]);
  world.inject(["vault-away", "vault-3"]);
  expect(network.find("192.0.2.223", 8200)?.state()).toBe("silent");
  expect((await ask("vault-2", "GET", "sys/mounts", {}, root)).status).toBe(500);
  world.clear();
  expect(network.find("192.0.2.223", 8200)?.state()).toBe("open");
  expect([await health("vault-1"), await health("vault-2"), await health("vault-3")].sort()).toEqual([
    200, 429, 429,
  ]);
  const made = await ask("vault-1", "POST", "auth/token/create", { policies: ["viewer"] }, root);
  const other = (made.json.auth as { client_token: string }).client_token;
  world.inject(["vault-token-revoked", "vault-1"]);
  expect([await isKnown(other), await isKnown(token), await isKnown(root)]).toEqual([403, 200, 200]);
  expect((await ask("vault-1", "LIST", "sys/leases/lookup/database/creds/reports", {}, root)).status).toBe(
    200,
  );
  world.inject(["vault-lease-expired", "vault-1"]);
  expect((await ask("vault-1", "LIST", "sys/leases/lookup/database/creds/reports", {}, root)).status).toBe(
    404,
  );
  const time = async () => Number((await ask("vault-1", "GET", "sys/health")).json.server_time_utc);
  const before = await time();
  world.inject(["vault-clock-skew", "vault-1"]);
  expect((await time()) - before).toBe(3600);
});

it("does not stand where only the regions do", async () => {
  const regions = new World({ seed: 1, clock, sites: "regions" });
  expect(() => regions.inject(["vault-sealed", "vault-1"])).toThrow("nothing named");
  regions.close();
});
