import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { VaultLogin } from "../../../shared/systems/vault.ts";
import { text } from "../../../shared/text.ts";
import type { TlsIdentity } from "../../reach/secure-stream.ts";
import { explainLogin, loginFile, loginRefused } from "../login-faults.ts";
import { lookUpAsAuth, tokenOf } from "../tokens.ts";
import { certificateIdentity } from "./certificate.ts";
import { askedOrStored, askPerson, type LoginParts, type SignedIn } from "./login-parts.ts";
import { oidcLogin } from "./oidc.ts";
import { withSecondFactor } from "./second-factor.ts";
import { unwrapSecretId } from "./unwrap.ts";

const words = {
  token: text("Token", "Jeton"),
  secretId: text("Secret-id, or the token that wraps it", "Secret-id, ou le jeton qui l'enveloppe"),
  user: text("User", "Utilisateur"),
  password: text("Password", "Mot de passe"),
};
const mostTokenBytes = 64 * 1024;

/** Whether a log-in wants a person: then it is begun by a person only. */
export function needsPerson(login: VaultLogin): boolean {
  if ("oidc" in login) return true;
  if ("token" in login) return login.token === "ask";
  // A wrapped secret-id works once: the next needs somebody who brings one.
  if ("appRole" in login) return login.appRole.secretId === "ask" || login.appRole.wrapped;
  const named = "userpass" in login ? login.userpass : "ldap" in login ? login.ldap : null;
  return named !== null && (named.password === "ask" || named.user === undefined);
}

/** What a log-in is called: `token`, `appRole`, `userpass`, `ldap`, `oidc`, `kubernetes`, `certificate`. */
export function methodOf(login: VaultLogin): string {
  return Object.keys(login)[0] ?? "";
}

/** The secrets that a log-in is made with, where they are kept somewhere. */
export function referencesOf(login: VaultLogin): SecretReference[] {
  const named = (value: string | undefined): SecretReference[] =>
    value !== undefined && /^(keychain|env|file):/.test(value) ? [value] : [];
  if ("token" in login) return named(login.token);
  if ("appRole" in login) return [...named(login.appRole.roleId), ...named(login.appRole.secretId)];
  if ("userpass" in login) return named(login.userpass.password);
  if ("ldap" in login) return named(login.ldap.password);
  return "certificate" in login ? named(login.certificate.key) : [];
}

/**
 * Logs in by the method that the estate names (https://developer.hashicorp.com/vault/api-docs/auth). Throws
 * `vault.login-…`, `vault.redirect-…`, `vault.provider-refused`, `vault.second-factor`, `secrets.…`, `reach.…`.
 */
export async function logIn(login: VaultLogin, parts: LoginParts, signal: AbortSignal): Promise<SignedIn> {
  if ("token" in login) {
    const token = (await askedOrStored(login.token, words.token, parts, signal)).trim();
    parts.conceal(token);
    return { auth: await lookUpAsAuth(parts.client, token, signal), own: false };
  }
  const auth = await authOf(login, parts, signal);
  parts.conceal(auth.client_token);
  return { auth, own: true };
}

function authOf(login: Exclude<VaultLogin, { token: unknown }>, parts: LoginParts, signal: AbortSignal) {
  if ("appRole" in login) return appRole(login.appRole, parts, signal);
  if ("userpass" in login) return password(login.userpass, parts, signal);
  if ("ldap" in login) return password(login.ldap, parts, signal);
  if ("oidc" in login) return oidcLogin(login.oidc, parts, signal);
  if ("kubernetes" in login) return kubernetes(login.kubernetes, parts, signal);
  return certificate(login.certificate, parts, signal);
}

type Of<Method extends string> = Extract<VaultLogin, Record<Method, unknown>>[Method];

async function appRole(login: Of<"appRole">, parts: LoginParts, signal: AbortSignal) {
  const { roleId, mount } = login;
  const role = roleId.includes(":")
    ? (await parts.secrets.resolve(roleId as SecretReference, parts.subject)).reveal().trim()
    : roleId;
  const given = (await askedOrStored(login.secretId, words.secretId, parts, signal)).trim();
  const secretId = login.wrapped ? await unwrapSecretId(given, parts, signal) : given;
  return send(`auth/${mount}/login`, { role_id: role, secret_id: secretId }, parts, signal);
}

/** userpass and LDAP: https://developer.hashicorp.com/vault/api-docs/auth/ldap#login-with-ldap-user. */
async function password(login: Of<"ldap">, parts: LoginParts, signal: AbortSignal) {
  let { user } = login;
  let value: string | null = null;
  if (user === undefined) {
    const name = { label: words.user, echo: true };
    const secret = { label: words.password, echo: false };
    const asksBoth = login.password === "ask";
    [user = "", value = null] = await askPerson(asksBoth ? [name, secret] : [name], parts, signal);
  }
  value ??= await askedOrStored(login.password, words.password, parts, signal);
  // An empty password is an anonymous bind to some directories, which proves nobody.
  if (user.trim() === "" || value === "") throw loginRefused(parts.client.name);
  const path = `auth/${login.mount}/login/${encodeURIComponent(user.trim())}`;
  return send(path, { password: value }, parts, signal);
}

async function kubernetes(login: Of<"kubernetes">, parts: LoginParts, signal: AbortSignal) {
  const jwt = await readToken(login.tokenFile, parts);
  parts.conceal(jwt);
  return send(`auth/${login.mount}/login`, { role: login.role, jwt }, parts, signal);
}

/** The service account's token, read anew each time: the cluster replaces it about every hour. */
async function readToken(file: string, { folder, client }: LoginParts): Promise<string> {
  let token: string;
  try {
    token = (await readFile(resolve(folder(), file), "utf8")).trim();
  } catch (error) {
    throw loginFile(client.name, file, error);
  }
  if (token === "" || token.length > mostTokenBytes) throw loginFile(client.name, file);
  return token;
}

async function certificate(login: Of<"certificate">, parts: LoginParts, signal: AbortSignal) {
  const identity = await certificateIdentity(login, parts);
  const body = login.role === undefined ? {} : { name: login.role };
  return send(`auth/${login.mount}/login`, body, parts, signal, identity);
}

async function send(
  path: string,
  body: object,
  parts: LoginParts,
  signal: AbortSignal,
  identity?: TlsIdentity,
) {
  const { client } = parts;
  const explain = explainLogin(client.name);
  const answer = await client.ask({ method: "POST", path, body, explain, identity, signal });
  return tokenOf(await withSecondFactor(answer, parts, signal), client.name);
}
