import { randomUUID } from "node:crypto";
import * as openid from "openid-client";
import { OpsError } from "../../shared/errors.ts";
import type { SignInSettings } from "../../shared/sign-in.ts";
import * as faults from "./provider-faults.ts";

type Settings = NonNullable<SignInSettings["oidc"]>;

/** Where the browser comes back to; `main/reach/loopback-redirect.ts` is one. */
export interface Redirect {
  readonly address: string;
  come(state: string, signal: AbortSignal): Promise<URL>;
  close(): Promise<void>;
}

export interface ProviderParts {
  listen(place: { path: string; port?: number }): Promise<Redirect>;
}

interface Attempt {
  seat: string;
  settings: Settings;
  config: openid.Configuration;
  verifier: string;
  state: string;
  nonce: string;
  redirect: Redirect;
  ending: AbortController;
  coming: Promise<URL>;
}

const path = "/signed-in";
/** Seconds for each question to the provider. */
const patience = 15;
/** Log-ins that may be under way at once. */
const mostAttempts = 16;

/**
 * Signs people in with OpenID Connect (OpenID Connect Core 1.0 section 3.1) as a native app does (RFC 8252): the system's own
 * browser, a redirect to loopback, PKCE (RFC 7636), state and nonce. Of the ID token signature, issuer, audience and
 * expiry are checked; no token is kept.
 */
export class ProviderSignIn {
  readonly #parts: ProviderParts;
  readonly #attempts = new Map<string, Attempt>();

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /** The provider's host, as people know it; null without one. */
  host(settings: SignInSettings | undefined): string | null {
    return settings?.oidc === undefined ? null : new URL(settings.oidc.issuer).host;
  }

  /**
   * Begins a log-in for a seat, in place of one under way there, and gives the address for its browser. Throws OpsError
   * `people.no-provider`, `people.provider-failed` or `reach.redirect-port-taken`.
   */
  async begin(
    seat: string,
    declared: SignInSettings | undefined,
  ): Promise<{ attempt: string; address: string }> {
    const settings = declared?.oidc;
    if (settings === undefined) throw faults.noProvider();
    await Promise.all(
      [...this.#attempts].map(([id, one]) => (one.seat === seat ? this.#end(id) : undefined)),
    );
    if (this.#attempts.size >= mostAttempts) throw faults.tooManyAttempts();
    const config = await discovered(settings);
    const { listen } = this.#parts;
    const redirect = await listen({ path, ...(settings.port !== undefined && { port: settings.port }) });
    const [verifier, state, nonce] = [
      openid.randomPKCECodeVerifier(),
      openid.randomState(),
      openid.randomNonce(),
    ];
    const ending = new AbortController();
    const coming = redirect.come(state, ending.signal);
    // Whoever waits for it hears of it; nobody may.
    coming.catch(() => {});
    const attempt = randomUUID();
    this.#attempts.set(attempt, {
      seat,
      settings,
      config,
      verifier,
      state,
      nonce,
      redirect,
      ending,
      coming,
    });
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirect.address,
      scope: settings.scopes.join(" "),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    return { attempt, address: address.href };
  }

  /**
   * What the provider calls whoever has logged in, once the browser is back. Throws OpsError `people.no-attempt`,
   * `reach.redirect-not-come`, `people.provider-refused`, `people.provider-failed` or `people.no-claim`.
   */
  async returned(seat: string, id: string, signal: AbortSignal): Promise<string> {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined || attempt.seat !== seat) throw faults.noAttempt();
    const onAbort = () => attempt.ending.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const came = await attempt.coming;
      const { config, verifier, state, nonce, settings } = attempt;
      const tokens = await openid.authorizationCodeGrant(config, came, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      return identityOf(tokens.claims(), settings.claim);
    } catch (thrown) {
      throw faultOf(thrown);
    } finally {
      signal.removeEventListener("abort", onAbort);
      await this.#end(id);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#attempts.keys()].map((id) => this.#end(id)));
  }

  async #end(id: string): Promise<void> {
    const attempt = this.#attempts.get(id);
    this.#attempts.delete(id);
    if (attempt === undefined) return;
    attempt.ending.abort(faults.noAttempt());
    await attempt.redirect.close();
  }
}

/** The provider's discovery document (OpenID Connect Discovery 1.0 section 4). */
async function discovered({ issuer, clientId }: Settings): Promise<openid.Configuration> {
  const url = new URL(issuer);
  const bare = url.protocol === "http:";
  if (bare && !["127.0.0.1", "[::1]", "localhost"].includes(url.hostname)) throw faults.notSecure();
  try {
    const config = await openid.discovery(url, clientId, undefined, openid.None(), {
      timeout: patience,
      execute: bare ? [openid.allowInsecureRequests] : [],
    });
    // By itself the library trusts what comes from the token endpoint over TLS; here the signature is looked at too.
    openid.enableNonRepudiationChecks(config);
    config.timeout = patience;
    return config;
  } catch (thrown) {
    throw faultOf(thrown);
  }
}

function identityOf(claims: openid.IDToken | undefined, claim: string): string {
  const value = claims?.[claim];
  // An address that nobody says they have verified may be anybody's; providers that verify none leave the word out.
  const unproven = claim === "email" && claims?.email_verified !== true;
  if (typeof value !== "string" || value === "" || unproven) throw faults.noClaim(claim);
  return value;
}

function faultOf(thrown: unknown): OpsError {
  if (thrown instanceof OpsError) return thrown;
  if (thrown instanceof openid.AuthorizationResponseError) return faults.refused(thrown);
  return faults.failed(thrown);
}
