import type { Duplex } from "node:stream";
import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { abortable, Deadline } from "../../../reach/abort.ts";
import { ReachAgent } from "../../../reach/reach-agent.ts";
import { exchange, type Outgoing, readBody } from "./exchange.ts";
import { isHeaderSafe } from "./exec-plugin.ts";
import type { Endpoint } from "./login.ts";
import { refreshFailed } from "./login-faults.ts";
import { secure } from "./secure.ts";

/** The `auth-provider` of a kubeconfig's user, as far as OIDC goes. */
export interface OidcUser {
  cluster: string;
  issuer: string | null;
  clientId: string | null;
  clientSecret: string | null;
  idToken: string | null;
  refreshToken: string | null;
  /** PEM; null: the workstation's own authorities. */
  authority: string | null;
}

export interface OidcParts {
  /** A byte stream to the identity provider, through the same hop as to the cluster. */
  dial(place: { address: string; port: number }, signal: AbortSignal): Promise<Duplex>;
  /** Epoch milliseconds. */
  now(): number;
}

interface Tokens {
  idToken: string;
  refreshToken: string;
}

const refreshDeadline = 30_000;
const mostBytes = 1024 * 1024;
/** Milliseconds before its end from which a token is renewed. */
const renewAhead = 10_000;
/** How long a token whose end is not known is used before another one is fetched. */
const unknownLife = 60_000;

const discoverySchema = z.object({
  token_endpoint: z.string().max(2000),
  token_endpoint_auth_methods_supported: z.array(z.string()).max(50).nullish(),
});
const answerSchema = z.object({
  id_token: z.string().max(65_536),
  refresh_token: z.string().max(65_536).nullish(),
});

/**
 * Renews the tokens of OIDC log-ins. Providers that hand out a new refresh token each time take the old one back, so the
 * newest is remembered here as long as the kubeconfig still holds the one that it came from; it is not written there.
 */
export class OidcTokens {
  readonly #parts: OidcParts;
  /** By the refresh token in the kubeconfig. */
  readonly #newest = new Map<string, Tokens>();

  constructor(parts: OidcParts) {
    this.#parts = parts;
  }

  /**
   * A token that is valid now, and until when in epoch milliseconds. Throws `kubernetes.refresh-failed`, `reach.…`, or
   * what the signal was aborted with. Source: OpenID Connect Discovery 1.0, 4; RFC 6749, 6.
   */
  async token(user: OidcUser, signal: AbortSignal): Promise<{ token: string; validUntil: number }> {
    const { cluster, refreshToken } = user;
    const newest = refreshToken === null ? undefined : this.#newest.get(refreshToken);
    const token = newest?.idToken ?? user.idToken;
    const end = token === null ? null : endOf(token);
    const now = this.#parts.now();
    if (token !== null && end !== null && end - renewAhead > now) return { token, validUntil: end };
    const place = user.issuer === null ? null : httpsPlace(user.issuer);
    if (place === null || user.clientId === null || refreshToken === null) {
      throw refreshFailed(cluster, null, "incomplete");
    }
    const tokens = await this.#refresh(user, place, newest?.refreshToken ?? refreshToken, signal);
    this.#newest.clear();
    this.#newest.set(refreshToken, tokens);
    return { token: tokens.idToken, validUntil: endOf(tokens.idToken) ?? now + unknownLife };
  }

  async #refresh(user: OidcUser, issuer: URL, refreshToken: string, outer: AbortSignal): Promise<Tokens> {
    const { cluster, clientId, clientSecret } = user;
    const deadline = new Deadline(refreshDeadline, outer, () =>
      refreshFailed(cluster, issuer.hostname, "silent"),
    );
    const { signal } = deadline;
    try {
      const well = new URL(`${issuer.href.replace(/\/$/, "")}/.well-known/openid-configuration`);
      const found = discoverySchema.safeParse(await this.#ask(user, well, null, signal));
      const target = found.success ? httpsPlace(found.data.token_endpoint) : null;
      if (!found.success || target === null) throw refreshFailed(cluster, issuer.hostname, "garbage");
      const methods = found.data.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
      const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
      const headers: Record<string, string> = {};
      const id = clientId ?? "";
      if (clientSecret && methods.includes("client_secret_basic")) {
        const pair = `${encodeURIComponent(id)}:${encodeURIComponent(clientSecret)}`;
        headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
      } else {
        form.set("client_id", id);
        if (clientSecret) form.set("client_secret", clientSecret);
      }
      const given = answerSchema.safeParse(await this.#ask(user, target, { form, headers }, signal));
      if (!given.success || !isHeaderSafe(given.data.id_token)) {
        throw refreshFailed(cluster, target.hostname, "garbage");
      }
      return { idToken: given.data.id_token, refreshToken: given.data.refresh_token ?? refreshToken };
    } finally {
      deadline.end();
    }
  }

  /** One request over a connection of its own; its answer's JSON. */
  async #ask(
    { cluster, authority }: OidcUser,
    url: URL,
    posted: { form: URLSearchParams; headers: Record<string, string> } | null,
    signal: AbortSignal,
  ): Promise<unknown> {
    const host = url.hostname;
    const endpoint: Endpoint = {
      cluster: host,
      address: host.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? 443 : Number(url.port),
      path: "",
      tls: { authority, serverName: null, insecure: false },
    };
    const agent = new ReachAgent(() => this.#open(endpoint, signal), { maxSockets: 1, keepAlive: false });
    const outgoing: Outgoing = {
      method: posted ? "POST" : "GET",
      path: url.pathname + url.search,
      headers: {
        accept: "application/json",
        ...(posted && { "content-type": "application/x-www-form-urlencoded", ...posted.headers }),
      },
      body: posted ? posted.form.toString() : null,
      signal,
    };
    try {
      const incoming = await exchange(agent, endpoint, outgoing);
      const bytes = await readBody(incoming, host, mostBytes, signal);
      const status = incoming.statusCode ?? 0;
      if (status >= 400 && status < 500) throw refreshFailed(cluster, host, "refused");
      if (status !== 200) throw refreshFailed(cluster, host, "garbage");
      return JSON.parse(bytes.toString("utf8"));
    } catch (error) {
      throw explain(cluster, host, error, signal);
    } finally {
      agent.destroy();
    }
  }

  async #open(endpoint: Endpoint, signal: AbortSignal): Promise<Duplex> {
    const { address, port } = endpoint;
    const opening = this.#parts.dial({ address, port }, signal);
    const stream = await abortable(opening, signal, (late) => late.destroy());
    stream.on("error", () => undefined);
    return secure(stream, endpoint, null, signal);
  }
}

/** Errors of the way there are told as they are; those of the API client would speak of an API server. */
function explain(cluster: string, host: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason instanceof OpsError ? signal.reason : error;
  if (!(error instanceof OpsError)) return refreshFailed(cluster, host, "garbage", error);
  if (error.code.startsWith("kubernetes.certificate-"))
    return refreshFailed(cluster, host, "untrusted", error);
  const isOurs = error.code.startsWith("kubernetes.") && error.code !== "kubernetes.refresh-failed";
  return isOurs ? refreshFailed(cluster, host, "garbage", error) : error;
}

function httpsPlace(words: string): URL | null {
  if (!URL.canParse(words)) return null;
  const url = new URL(words);
  return url.protocol === "https:" && url.username === "" ? url : null;
}

/** When a JSON Web Token ends (RFC 7519, `exp`), in epoch milliseconds; null when it does not say. */
function endOf(token: string): number | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const end = payload && typeof payload === "object" && "exp" in payload ? payload.exp : null;
    return typeof end === "number" && Number.isFinite(end) ? end * 1000 : null;
  } catch {
    return null;
  }
}
