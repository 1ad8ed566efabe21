import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultName } from "../../../world/faults.ts";
import type { World } from "../../../world/world.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../../private-files.ts";
import { prepareShopAuthority } from "../../regions/credentials.ts";
import type { LabContext, LabServers } from "../../server.ts";
import { StreamDoor } from "../../stream-door.ts";
import { issueWebCertificates, makeWebAuthority, type WebAuthority } from "../../web/certificates.ts";
import { makeOpenPgpKey } from "../crypto/openpgp-key.ts";
import { type LabVault, startLabVault } from "../index.ts";
import { vaultHolders, vaultNodes, vaultPort } from "./addresses.ts";
import { furnish, writer } from "./furnish.ts";

const shares = { shares: 5, threshold: 3 };
const slowness = 5000;
const anHour = 3_600_000;

/**
 * Starts the lab's Vault, open and furnished: three nodes behind the bounce, and on loopback as `vault vault-1` and on. Its
 * shares, tokens and passwords are files of the folder of secrets.
 */
export async function startVault(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  const ports = new Map<string, number>();
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  if (!world.regions.hasVault) return { ports, close };
  try {
    await preparePrivateFolders(folder);
    const has = (name: FaultName, target: string) => world.regions.has(name, target);
    const vault = startLabVault({
      clock: world.clock,
      name: "vault-atelier",
      skew: () => (vaultNodes.some(({ name }) => has("vault-clock-skew", name)) ? anHour : 0),
      nodes: vaultNodes.map(({ name, address }) => ({
        name,
        apiAddress: `https://${address}:${vaultPort}`,
        state: () => ({ isAway: has("vault-away", name), isHeldBack: has("vault-standby", name) }),
        faults: () => (has("vault-slow", name) ? { slow: slowness } : {}),
      })),
      certificate: await prepareCertificate(folder),
      onFailure,
    });
    opened.push(() => vault.close());
    const keys = await openAndFurnish(vault, folder);
    opened.push(followFaults(world, vault, keys));
    for (const server of vault.servers) {
      const { name } = server.node;
      const address = vaultNodes.find((each) => each.name === name)?.address ?? "";
      const door = new StreamDoor({
        state: () => (has("vault-away", name) ? "silent" : "open"),
        isStalled: () => false,
        rate: () => null,
        serve: (stream) => server.connect(stream),
      });
      opened.push(
        () => door.close(),
        world.onChange(({ what }) => {
          if (what === "fault") door.look();
        }),
        network.serve(address, vaultPort, door),
      );
      const port = `vault ${name}`;
      ports.set(port, await door.listen(wished.get(port) ?? 0, onFailure));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close };
}

async function prepareCertificate(folder: string): Promise<{ key: string; cert: string }> {
  const made = await readOrMake(join(folder, "keys/vault-certificate.json"), () => {
    const authority: WebAuthority = makeWebAuthority("lab-vault-authority", Date.now());
    const told = {
      names: ["localhost"],
      addresses: ["127.0.0.1", ...vaultNodes.map(({ address }) => address)],
    };
    const { good } = issueWebCertificates(authority, told, Date.now());
    return JSON.stringify({ authority: authority.cert, good });
  });
  const { authority, good } = JSON.parse(made);
  await writePrivate(join(folder, "keys/vault-authority.crt"), authority);
  return good;
}

/** What the lab itself opens its Vault with. */
interface Keys {
  parts: readonly Buffer[];
  /** The console's own. */
  token: string;
  root: string;
}

async function openAndFurnish(vault: LabVault, folder: string): Promise<Keys> {
  const { cluster } = vault;
  const { shares: parts, rootToken } = cluster.init(shares);
  for (const node of cluster.nodes) unseal(vault, node.name, parts);
  const file = (name: string) => join(folder, "secrets", name);
  const kept = (name: string) => readOrMake(file(name), () => randomBytes(18).toString("base64url"));
  const [roleId, secretId, password, secret] = await Promise.all(
    ["vault-role-id", "vault-secret-id", "vault-password", "vault-token"].map(kept),
  );
  const token = `hvs.${secret?.replace(/^hvs\./, "")}`;
  await Promise.all(vaultHolders.map((holder) => prepareHolder(folder, holder)));
  await writePrivate(file("vault-token"), token);
  await writePrivate(file("vault-root-token"), rootToken.id);
  for (const [index, part] of parts.entries())
    await writePrivate(file(`vault-share-${index + 1}`), part.toString("base64"));
  await furnish(writer(vault, rootToken.id), {
    roleId: roleId ?? "",
    secretId: secretId ?? "",
    password: password ?? "",
    consoleToken: token,
    shopAuthority: await prepareShopAuthority(folder),
  });
  return { parts, token, root: rootToken.id };
}

/** The OpenPGP key of somebody who gets a new share; the private one lies with the lab's secrets. */
async function prepareHolder(folder: string, holder: string): Promise<void> {
  const path = (kind: string) => join(folder, kind, `vault-holder-${holder}.asc`);
  const found = await Promise.all(["keys", "secrets"].map((kind) => readFile(path(kind)).catch(() => null)));
  if (!found.includes(null)) return;
  const { publicKey, privateKey } = await makeOpenPgpKey(`${holder} <${holder}@atelier.example>`, Date.now());
  await writePrivate(path("secrets"), privateKey);
  await writePrivate(path("keys"), publicKey);
}

function unseal({ cluster }: LabVault, name: string, parts: readonly Buffer[]): void {
  const node = cluster.nodes.find((each) => each.name === name);
  if (!node) return;
  node.unsealing.reset();
  for (const part of parts.slice(0, shares.threshold)) cluster.unseal(node, part);
}

/**
 * Carries out what a fault does once: seals a node, revokes tokens, lets leases run out. What it took away is given back when
 * it is lifted, as far as it can be: whoever keeps the lab unseals what was sealed by it.
 */
function followFaults(world: World, vault: LabVault, { parts, token }: Keys): () => void {
  const { cluster } = vault;
  const done = new Set<string>();
  const begins = (key: string, isInForce: boolean) => {
    const isNew = isInForce && !done.has(key);
    if (isInForce) done.add(key);
    return isNew;
  };
  return world.onChange(({ what }) => {
    if (what !== "fault") return;
    for (const node of cluster.nodes) {
      const key = `sealed ${node.name}`;
      const isInForce = world.regions.has("vault-sealed", node.name);
      if (begins(key, isInForce)) cluster.seal(node);
      else if (!isInForce && done.delete(key)) unseal(vault, node.name, parts);
    }
    const isOn = (name: FaultName) => vaultNodes.some((node) => world.regions.has(name, node.name));
    if (begins("tokens", isOn("vault-token-revoked"))) {
      for (const each of cluster.tokens.all())
        if (!each.policies.includes("root") && each.id !== token) cluster.tokens.revoke(each);
    } else if (!isOn("vault-token-revoked")) done.delete("tokens");
    if (begins("leases", isOn("vault-lease-expired"))) cluster.leases.expireAll();
    else if (!isOn("vault-lease-expired")) done.delete("leases");
  });
}
