import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { listOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import { badRequest, notFound, VaultFailure } from "../core/failure.ts";
import { askJson, member } from "./json-exchange.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface Role {
  redirects: string[];
  claim: string;
  terms: TokenTerms;
}

interface Config {
  issuer: string;
  authority: string;
  client: string;
  secret: string;
  usualRole: string;
}

interface Pending {
  role: string;
  redirect: string;
  verifier: string;
  nonce: string;
  clientNonce: string;
  until: number;
}

const patience = 5 * 60_000;

/** Whoever an OpenID Connect issuer vouches for: by an authorisation code with PKCE (RFC 7636). */
export class Oidc extends WayIn<Role> {
  readonly type = "oidc";
  protected readonly listing = {
    folder: "role",
    read: (call: VaultCall): Role => ({
      redirects: listOf(call, "allowed_redirect_uris"),
      claim: textOf(call, "user_claim", "sub"),
      terms: readTerms(call),
    }),
    shown: ({ redirects, claim, terms }: Role) => ({
      allowed_redirect_uris: redirects,
      user_claim: claim,
      ...shownTerms(terms),
    }),
  };
  private readonly pending = new Map<string, Pending>();
  private config: Config | null = null;

  isOpen(path: string): boolean {
    return path === "oidc/auth_url" || path === "oidc/callback";
  }

  protected own(call: VaultCall): VaultAnswer | Promise<VaultAnswer> | null {
    if (call.path === "oidc/auth_url" && call.method === "POST") return this.begin(call);
    if (call.path === "oidc/callback" && call.method === "GET") return this.finish(call);
    return call.path === "config" ? this.configure(call) : null;
  }

  private configure(call: VaultCall): VaultAnswer {
    if (call.method === "POST") {
      this.config = {
        issuer: wordOf(call, "oidc_discovery_url"),
        authority: textOf(call, "oidc_discovery_ca_pem"),
        client: wordOf(call, "oidc_client_id"),
        secret: textOf(call, "oidc_client_secret"),
        usualRole: textOf(call, "default_role"),
      };
      return { status: 204 };
    }
    if (!this.config) throw notFound();
    const { issuer, client, usualRole } = this.config;
    return { data: { oidc_discovery_url: issuer, oidc_client_id: client, default_role: usualRole } };
  }

  private async begin(call: VaultCall): Promise<VaultAnswer> {
    const config = this.configured();
    const name = textOf(call, "role") || config.usualRole;
    const role = this.kept.get(name);
    if (!role) throw badRequest(`role "${name}" could not be found`);
    const redirect = wordOf(call, "redirect_uri");
    if (!role.redirects.some((each) => isSameRedirect(each, redirect)))
      throw badRequest(`unauthorized redirect_uri: ${redirect}`);
    const { authorization_endpoint: endpoint } = await this.discover(config);
    const state = randomBytes(16).toString("hex");
    const verifier = randomBytes(32).toString("base64url");
    const nonce = randomBytes(16).toString("hex");
    const clientNonce = textOf(call, "client_nonce");
    const until = this.cluster.now() + patience;
    this.pending.set(state, { role: name, redirect, verifier, nonce, clientNonce, until });
    const query = new URLSearchParams({
      client_id: config.client,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      nonce,
      redirect_uri: redirect,
      response_type: "code",
      scope: "openid",
      state,
    });
    return { data: { auth_url: `${endpoint}?${query}` } };
  }

  private async finish(call: VaultCall): Promise<VaultAnswer> {
    const config = this.configured();
    const state = call.query.get("state") ?? "";
    const pending = this.pending.get(state);
    // A state is good for one attempt.
    this.pending.delete(state);
    if (!pending || pending.until < this.cluster.now())
      throw badRequest("Vault login failed. Expired or missing OAuth state.");
    if (pending.clientNonce !== "" && pending.clientNonce !== call.query.get("client_nonce"))
      throw badRequest("Vault login failed. invalid client_nonce");
    const role = this.kept.get(pending.role);
    if (!role) throw badRequest("Vault login failed. Role could not be found");
    const discovered = await this.discover(config);
    const claims = await this.redeem(config, discovered, pending, call.query.get("code") ?? "");
    const user = claims[role.claim];
    if (typeof user !== "string") throw badRequest(`claim "${role.claim}" not found in token`);
    return this.letIn(call, role.terms, { displayName: `oidc-${user}`, meta: { role: pending.role } });
  }

  private async redeem(
    config: Config,
    discovered: Discovered,
    pending: Pending,
    code: string,
  ): Promise<Record<string, unknown>> {
    const form = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: pending.redirect,
      code_verifier: pending.verifier,
      client_id: config.client,
    });
    const login = `${encodeURIComponent(config.client)}:${encodeURIComponent(config.secret)}`;
    const { status, json } = await this.ask(config, {
      method: "POST",
      url: discovered.token_endpoint,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(config.secret === "" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
      },
      body: form.toString(),
    });
    const token = member(json, "id_token");
    if (status !== 200 || typeof token !== "string")
      throw badRequest("Vault login failed. Error exchanging oidc code.");
    const keys = await this.ask(config, { method: "GET", url: discovered.jwks_uri });
    const claims = readSigned(token, member(keys.json, "keys"));
    const audience = [claims?.aud].flat();
    const isRight =
      claims &&
      claims.iss === discovered.issuer &&
      audience.includes(config.client) &&
      claims.nonce === pending.nonce &&
      Number(claims.exp) * 1000 > this.cluster.now();
    if (!isRight) throw badRequest("Vault login failed. Error verifying ID token.");
    return claims;
  }

  private async discover(config: Config): Promise<Discovered> {
    const url = `${config.issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
    const { json } = await this.ask(config, { method: "GET", url });
    const named = (key: string) => String(member(json, key) ?? "");
    const found = {
      issuer: named("issuer"),
      authorization_endpoint: named("authorization_endpoint"),
      token_endpoint: named("token_endpoint"),
      jwks_uri: named("jwks_uri"),
    };
    if (found.issuer !== config.issuer || found.token_endpoint === "")
      throw new VaultFailure(500, "error with oidc discovery: the issuer does not fit");
    return found;
  }

  private async ask(config: Config, asked: Parameters<typeof askJson>[0]) {
    try {
      return await askJson({ ...asked, ...(config.authority === "" ? {} : { authority: config.authority }) });
    } catch {
      throw new VaultFailure(500, "the issuer does not answer");
    }
  }

  private configured(): Config {
    if (!this.config) throw badRequest("could not load configuration");
    return this.config;
  }
}

interface Discovered {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
}

/** Programs on a workstation listen at any port of loopback (RFC 8252, 7.3). */
function isSameRedirect(allowed: string, given: string): boolean {
  const [one, other] = [URL.parse(allowed), URL.parse(given)];
  if (!one || !other) return false;
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(one.hostname);
  return isLoopback ? one.hostname === other.hostname && one.pathname === other.pathname : allowed === given;
}

/** The claims of a token (RFC 7519) that one of these keys has signed; null for any other. */
function readSigned(token: string, keys: unknown): Record<string, unknown> | null {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header: unknown = parse(head);
  const digest = { RS256: "sha256", ES256: "sha256" }[String(member(header, "alg"))];
  if (!digest || !Array.isArray(keys)) return null;
  const wanted = member(header, "kid");
  for (const key of keys.filter((each) => wanted === undefined || member(each, "kid") === wanted)) {
    const publicKey = createPublicKey({ key, format: "jwk" });
    const isRight = verify(
      digest,
      Buffer.from(`${head}.${body}`),
      { key: publicKey, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
    const claims = parse(body);
    if (isRight && typeof claims === "object" && claims !== null) return { ...claims };
  }
  return null;
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
