import { startTestVault } from "../src/lab/servers/vault/testing.ts";

/** The lab's Vault in a process of its own: says as JSON where it is and how to sign in, and ends with its input. */
const vault = await startTestVault([{ name: "vault-1" }]);
const { root } = await vault.open();
const send = (path: string, body: object) => vault.ask("POST", path, { token: root, body });
await send("sys/mounts/kv", { type: "kv", options: { version: "2" } });
await send("kv/data/app/db", { data: { password: "of-the-bench" } });
await send("sys/policies/acl/reader", { policy: 'path "kv/*" { capabilities = ["read", "list"] }' });
await send("sys/auth/approle", { type: "approle" });
await send("auth/approle/role/console", { token_policies: "reader" });
const role = await vault.ask("GET", "auth/approle/role/console/role-id", { token: root });
const secret = await vault.ask("POST", "auth/approle/role/console/secret-id", { token: root, body: {} });
const told = { url: vault.urls["vault-1"], role: role.json.data.role_id, secret: secret.json.data.secret_id };
process.stdout.write(`${JSON.stringify(told)}\n`);
process.stdin.resume();
process.stdin.once("end", () => void vault.close().then(() => process.exit(0)));
