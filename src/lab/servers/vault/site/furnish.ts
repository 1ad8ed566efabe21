import { randomBytes } from "node:crypto";
import type { KeyedCertificate } from "../../kubernetes/access/certificates.ts";
import type { Method } from "../core/call.ts";
import type { VaultNode } from "../core/node.ts";
import type { LabVault } from "../index.ts";

const consolePolicy = `
path "secret/*" { capabilities = ["create", "read", "update", "patch", "delete", "list"] }
path "legacy/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "pki/*" { capabilities = ["create", "read", "update", "list"] }
path "pki-shop/*" { capabilities = ["create", "read", "update", "list"] }
path "ssh/*" { capabilities = ["read", "update", "list"] }
path "database/*" { capabilities = ["read", "list"] }
path "sys/mounts" { capabilities = ["read"] }
path "sys/auth" { capabilities = ["read"] }
path "sys/audit" { capabilities = ["read", "sudo"] }
path "sys/policies/acl" { capabilities = ["read", "list"] }
path "sys/key-status" { capabilities = ["read"] }
path "sys/rekey/*" { capabilities = ["read", "update", "delete"] }
path "sys/rekey-recovery-key/*" { capabilities = ["read", "update", "delete"] }
path "sys/rotate/root/*" { capabilities = ["read", "update", "delete"] }
path "sys/rotate/recovery/*" { capabilities = ["read", "update", "delete"] }
path "sys/rotate" { capabilities = ["update", "sudo"] }
path "sys/seal" { capabilities = ["update", "sudo"] }
path "sys/step-down" { capabilities = ["update", "sudo"] }
path "sys/ha-status" { capabilities = ["read"] }
path "sys/storage/raft/configuration" { capabilities = ["read"] }
path "sys/storage/raft/autopilot/state" { capabilities = ["read"] }
path "sys/storage/raft/remove-peer" { capabilities = ["update", "sudo"] }
path "sys/leases/*" { capabilities = ["read", "update", "list", "sudo"] }
path "auth/token/accessors" { capabilities = ["list", "sudo"] }
path "auth/token/revoke-accessor" { capabilities = ["update"] }
path "auth/token/lookup-accessor" { capabilities = ["update"] }
`;
const viewerPolicy = `
path "sys/mounts" { capabilities = ["read"] }
path "secret/metadata/*" { capabilities = ["list"] }
`;

const days = (count: number) => `${count * 24}h`;

/** Writes as whoever holds `token`, at the active node. Throws when the lab itself is wrong. */
export type Write = (method: Method, path: string, body?: Record<string, unknown>) => Promise<unknown>;

export function writer({ requests, cluster }: LabVault, token: string): Write {
  return async (method, path, body = {}) => {
    const node = cluster.active as VaultNode;
    const { status, body: words } = await requests.handle(node, {
      method,
      path,
      body,
      token,
      query: new URLSearchParams(),
      namespace: "",
      wrapFor: 0,
      isRedirected: false,
      clientCertificate: null,
    });
    if (status >= 300) throw new Error(`the lab's Vault refuses ${path}: ${status} ${words}`);
    return String(words) === "" ? null : JSON.parse(String(words));
  };
}

/** What the lab's Vault has from the beginning: secrets, an authority with certificates, roles, policies and log-ins. */
export async function furnish(
  write: Write,
  given: {
    roleId: string;
    secretId: string;
    password: string;
    consoleToken: string;
    shopAuthority: KeyedCertificate;
  },
): Promise<void> {
  await write("POST", "sys/audit/file", { type: "file", options: { file_path: "/var/log/vault/audit.log" } });
  await write("POST", "sys/policies/acl/console", { policy: consolePolicy });
  await write("POST", "sys/policies/acl/viewer", { policy: viewerPolicy });
  await furnishLogins(write, given);
  await furnishSecrets(write);
  await furnishAuthorities(write, given.shopAuthority);
}

async function furnishLogins(
  write: Write,
  {
    roleId,
    secretId,
    password,
    consoleToken,
  }: { roleId: string; secretId: string; password: string; consoleToken: string },
): Promise<void> {
  await write("POST", "sys/auth/approle", { type: "approle" });
  const terms = { token_policies: ["console"], token_ttl: "1h", token_max_ttl: "24h" };
  await write("POST", "auth/approle/role/console", { ...terms, role_id: roleId });
  await write("POST", "auth/approle/role/console/custom-secret-id", { secret_id: secretId });
  await write("POST", "sys/auth/userpass", { type: "userpass" });
  await write("POST", "auth/userpass/users/ada", { ...terms, password });
  await write("POST", "auth/userpass/users/visitor", { password, token_policies: ["viewer"] });
  await write("POST", "auth/token/create", {
    id: consoleToken,
    policies: ["console"],
    period: "24h",
    no_parent: true,
    display_name: "console",
  });
}

async function furnishSecrets(write: Write): Promise<void> {
  const drawn = () => randomBytes(15).toString("base64url");
  await write("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" }, description: "Secrets" });
  for (const application of ["identity", "billing", "portal", "archive"]) {
    for (const stage of ["production", "staging"])
      await write("POST", `secret/data/shop/${stage}/${application}/database`, {
        data: { username: `${application}_app`, password: drawn() },
      });
    await write("POST", `secret/data/shop/production/${application}/api-key`, { data: { key: drawn() } });
  }
  await write("POST", "secret/data/shop/production/billing/database", {
    data: { username: "billing_app", password: drawn() },
    options: { cas: 1 },
  });
  await write("POST", "secret/metadata/shop/production/billing/database", {
    custom_metadata: { owner: "billing team" },
  });
  for (const name of ["switch-1", "switch-2", "ups-1"])
    await write("POST", `secret/data/network/${name}`, { data: { user: "ops", password: drawn() } });
  await write("POST", "secret/data/network/old-switch", { data: { password: drawn() } });
  await write("DELETE", "secret/data/network/old-switch");
  await write("POST", "sys/mounts/legacy", { type: "kv", description: "Secrets without versions" });
  await write("POST", "legacy/printers/hall", { password: drawn() });
  await write("POST", "sys/mounts/database", { type: "database" });
  await write("POST", "database/roles/reports", { db_name: "shop", default_ttl: "1h", max_ttl: "24h" });
  for (let each = 0; each < 3; each += 1) await write("GET", "database/creds/reports");
}

async function furnishAuthorities(write: Write, shop: KeyedCertificate): Promise<void> {
  await write("POST", "sys/mounts/pki", { type: "pki", description: "Certificates of the site" });
  await write("POST", "pki/root/generate/internal", {
    common_name: "Authority of Atelier",
    key_type: "ec",
    ttl: days(3650),
  });
  await write("POST", "pki/roles/services", {
    allowed_domains: ["atelier.example", "shop.example"],
    allow_subdomains: true,
    key_type: "ec",
    ttl: days(90),
    max_ttl: days(365),
  });
  for (const [name, life] of [
    ["registry.atelier.example", 90],
    ["mail.atelier.example", 20],
    ["backup.atelier.example", 5],
    ["api.shop.example", 180],
  ] as const)
    await write("POST", "pki/issue/services", { common_name: name, ttl: days(life) });
  await write("POST", "sys/mounts/pki-shop", { type: "pki", description: "Certificates of the shop" });
  await write("POST", "pki-shop/config/ca", { pem_bundle: `${shop.cert}${shop.key}` });
  await write("POST", "pki-shop/roles/services", {
    allowed_domains: ["shop.example"],
    allow_subdomains: true,
    key_type: "any",
    ttl: days(90),
    max_ttl: days(365),
  });
  await write("POST", "sys/mounts/ssh", { type: "ssh", description: "Keys of people" });
  await write("POST", "ssh/config/ca", { generate_signing_key: true });
  await write("POST", "ssh/roles/ops", {
    key_type: "ca",
    allow_user_certificates: true,
    allowed_users: "ops",
    default_user: "ops",
    default_extensions: { "permit-pty": "", "permit-port-forwarding": "" },
    ttl: "5m",
    max_ttl: "1h",
  });
}
