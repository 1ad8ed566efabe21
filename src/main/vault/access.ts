import type { z } from "zod";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { VaultSystemConfig } from "../../shared/systems/vault.ts";
import type { VaultStanding } from "../../shared/vaults.ts";
import { abortable } from "../reach/abort.ts";
import type { Reach } from "../reach/reach.ts";
import { type VaultAnswer, VaultClient, type VaultRequest } from "./client.ts";
import type { LifeClock } from "./clock.ts";
import { service, vaultFault } from "./faults.ts";
import { Leases } from "./leases.ts";
import { logIn, methodOf, needsPerson, referencesOf } from "./log-in/index.ts";
import type { LoginParts, SignedIn } from "./log-in/login-parts.ts";
import { Mounts } from "./mounts.ts";
import { NewSecrets } from "./new-secrets.ts";
import { SecretReader } from "./secret-reader.ts";
import { TokenLife } from "./token-life.ts";
import { lookUp, renew, revoke } from "./tokens.ts";

/** Milliseconds that the console waits at its end for tokens and leases to be revoked. */
const farewell = 3000;
/** Milliseconds for which a refused log-in is not tried again by itself: first, and at most. */
const firstWait = 60_000;
const longestWait = 900_000;
/** Milliseconds for a log-in that asks nobody. */
const loginTime = 60_000;

export interface VaultAccessParts extends Omit<LoginParts, "client" | "now"> {
  /** The system's identifier in the estate. */
  id: string;
  config: VaultSystemConfig;
  dial: Reach["dial"];
  journal: { write(event: NewJournalEvent): unknown };
  clock: LifeClock;
  deadline?: number | undefined;
}

/** Whatever is asked of a Vault by whoever is signed in. */
export type SignedRequest = Omit<VaultRequest, "token">;

interface Held {
  token: string;
  own: boolean;
  since: number;
  who: string | null;
  policies: string[];
  life: TokenLife;
}

/**
 * One Vault and the console's token there. A log-in that needs nobody is made when it is first needed, and once more when
 * the token is refused; one that needs a person is begun by a person only. Tokens of the console's own are revoked at its
 * end; one that was brought along is not.
 */
export class VaultAccess {
  readonly id: string;
  readonly name: string;
  readonly client: VaultClient;
  /** Secrets of this Vault by path and field. */
  readonly secrets: SecretReader;
  /** Where paths are mounted in it. */
  readonly mounts: Mounts;
  /** Secrets that are made here, in mounts with versions. */
  readonly newSecrets: NewSecrets;
  readonly #leases: Leases;
  readonly #parts: VaultAccessParts;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #held: Held | null = null;
  #loggingIn: Promise<Held> | null = null;
  #error: OpsError | null = null;
  #refusals = 0;
  /** Monotonic milliseconds before which a refused log-in is not tried again by itself. */
  #notBefore = 0;

  constructor(parts: VaultAccessParts) {
    const { id, config, dial, folder, deadline, clock } = parts;
    this.id = id;
    this.name = config.name ?? id;
    this.#parts = parts;
    this.client = new VaultClient({ name: this.name, config, dial, folder, deadline });
    this.#leases = new Leases({ client: this.client, token: () => this.#held?.token ?? null, clock });
    const exchange = (request: SignedRequest) => this.exchange(request);
    const mounts = new Mounts({ name: this.name, exchange, clock });
    this.mounts = mounts;
    this.secrets = new SecretReader({ name: this.name, exchange, mounts, leases: this.#leases, clock });
    this.newSecrets = new NewSecrets({ name: this.name, exchange, mounts });
  }

  /** Calls `listener` when `standing` may have changed, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The secrets that its log-in is made with. */
  get references(): SecretReference[] {
    const { login } = this.#parts.config;
    return login ? referencesOf(login) : [];
  }

  get standing(): VaultStanding {
    const { login, references } = this.#parts.config;
    const held = this.#held;
    return {
      id: this.id,
      name: this.name,
      method: login ? methodOf(login) : null,
      needsPerson: login !== undefined && needsPerson(login),
      references,
      state: held ? "signed-in" : this.#loggingIn ? "signing-in" : "signed-out",
      who: held?.who ?? null,
      policies: held?.policies ?? [],
      since: held?.since ?? null,
      expiresAt: held?.life.expiresAt ?? null,
      endsAt: held?.life.lastEnd ?? null,
      renewable: held?.life.renewable ?? false,
      error: (held ? held.life.trouble : this.#error)?.toWire() ?? null,
    };
  }

  /** Signs in because a person wants it; one that is under way is waited for. */
  async signIn(signal: AbortSignal): Promise<void> {
    this.#notBefore = 0;
    await abortable(this.#loggingIn ?? this.#logIn(signal), signal);
  }

  /** Ends the token, revoking it where it is the console's own. */
  async signOut(signal: AbortSignal): Promise<void> {
    const held = this.#held;
    if (!held) return;
    this.#drop(null);
    // Leases end with the token that they were made for.
    if (held.own) await revoke(this.client, held.token, signal);
    else await this.#leases.revokeAll(held.token, signal);
    this.#leases.forget();
    this.#write("vault.signed-out", {});
  }

  /** As VaultClient.ask, by whoever is signed in. Throws `vault.not-signed-in` and `vault.no-login` besides. */
  async ask(request: SignedRequest): Promise<unknown> {
    return (await this.exchange(request)).body;
  }

  /** As VaultClient.read, by whoever is signed in. */
  async read<Schema extends z.ZodType>(request: SignedRequest, schema: Schema): Promise<z.output<Schema>> {
    const parsed = schema.safeParse(await this.ask(request));
    if (!parsed.success) throw service.http(this.name).garbage();
    return parsed.data;
  }

  /** As VaultClient.exchange; a request that was refused for its token is sent once more after a new log-in. */
  async exchange(request: SignedRequest): Promise<VaultAnswer> {
    const held = await this.#signedIn(request.signal);
    try {
      return await this.client.exchange({ ...request, token: held.token });
    } catch (error) {
      if (!(await this.#tokenIsDead(error, held, request.signal))) throw error;
    }
    // Refused for its token, the request took nothing.
    const again = await this.#signedIn(request.signal);
    return this.client.exchange({ ...request, token: again.token });
  }

  /** After sleep or a network change: sees whether the token still lives. Never throws. */
  async distrust(signal: AbortSignal): Promise<void> {
    const held = this.#held;
    if (held)
      await this.#tokenIsDead(vaultFault("token-refused", this.name), held, signal).catch(() => false);
  }

  async close(): Promise<void> {
    const signal = AbortSignal.timeout(farewell);
    await this.signOut(signal).catch(() => undefined);
    this.#closing.abort();
    this.secrets.forget();
    this.#leases.forget();
    this.#listeners.clear();
    this.client.close();
  }

  async #signedIn(signal: AbortSignal): Promise<Held> {
    if (this.#held) return this.#held;
    const { config, clock } = this.#parts;
    if (!config.login) throw vaultFault("no-login", this.name);
    if (needsPerson(config.login)) throw this.#error ?? vaultFault("not-signed-in", this.name);
    if (this.#error && clock.monotonic() < this.#notBefore) throw this.#error;
    return abortable(this.#loggingIn ?? this.#logIn(AbortSignal.timeout(loginTime)), signal);
  }

  /** Whether a failed request failed because Vault no longer knows the token, which is forgotten then. */
  async #tokenIsDead(error: unknown, held: Held, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof OpsError) || !/^vault\.(token-refused|not-allowed)$/.test(error.code))
      return false;
    if (this.#held !== held) return true;
    try {
      await lookUp(this.client, held.token, signal);
      return false;
    } catch (looked) {
      if (!(looked instanceof OpsError)) throw looked;
      // A token without the right to look itself up lives on; Vault tells both alike where it tells no more.
      const isDead = /^vault\.(token-refused|not-allowed)$/.test(looked.code);
      if (isDead && this.#held === held) this.#drop(vaultFault("token-refused", this.name, error));
      return isDead;
    }
  }

  #logIn(signal: AbortSignal): Promise<Held> {
    const { login } = this.#parts.config;
    if (!login) return Promise.reject(vaultFault("no-login", this.name));
    const outer = AbortSignal.any([signal, this.#closing.signal]);
    const going = this.#attempt(outer).finally(() => {
      this.#loggingIn = null;
      this.#changed();
    });
    this.#loggingIn = going;
    this.#changed();
    return going;
  }

  async #attempt(signal: AbortSignal): Promise<Held> {
    const { config, clock } = this.#parts;
    const { login } = config;
    if (!login) throw vaultFault("no-login", this.name);
    const method = methodOf(login);
    this.#write("vault.login-intent", { method });
    try {
      const parts = { ...this.#parts, client: this.client, now: () => clock.now() };
      const held = await this.#take(await logIn(login, parts, signal), signal);
      this.#refusals = 0;
      this.#error = null;
      this.#write("vault.signed-in", { method, who: held.who, policies: held.policies });
      return held;
    } catch (error) {
      const fault = toOpsError(error, "vault");
      this.#error = fault;
      if (/^vault\.(login-refused|wrapping-spent|login-key|login-file)$/.test(fault.code)) {
        this.#notBefore = clock.monotonic() + Math.min(longestWait, firstWait * 2 ** this.#refusals);
        this.#refusals += 1;
      }
      this.#write("vault.login-failed", { method, code: fault.code });
      throw fault;
    }
  }

  /** Holds a new token in place of the one before, which is revoked where it was the console's own. */
  async #take({ auth, own }: SignedIn, signal: AbortSignal): Promise<Held> {
    const { clock, config } = this.#parts;
    const token = auth.client_token;
    // Who may not look the token up works with what the log-in told.
    const told = await lookUp(this.client, token, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return null;
    });
    const former = this.#held;
    former?.life.stop();
    if (former) {
      this.#leases.forget();
      this.secrets.forget();
    }
    const needsNobody =
      config.login !== undefined && !needsPerson(config.login) && !("token" in config.login);
    const life = new TokenLife(auth, told && told.explicit_max_ttl > 0 ? told.explicit_max_ttl : null, {
      name: this.name,
      clock,
      renew: () =>
        renew(this.client, token, AbortSignal.any([this.#closing.signal, AbortSignal.timeout(loginTime)])),
      replace: needsNobody ? async () => void (await this.#logIn(AbortSignal.timeout(loginTime))) : null,
      onEnd: (error) => this.#drop(error),
      onChange: () => this.#changed(),
    });
    const policies = told?.policies ?? auth.policies ?? [];
    const held = { token, own, since: clock.now(), who: told?.display_name || null, policies, life };
    this.#held = held;
    if (former?.own && former.token !== token) {
      void revoke(this.client, former.token, AbortSignal.timeout(farewell)).catch(() => undefined);
    }
    return held;
  }

  /** Forgets the token and all that was read with it. */
  #drop(error: OpsError | null): void {
    this.#held?.life.stop();
    this.#held = null;
    this.#error = error;
    this.secrets.forget();
    if (error) {
      this.#leases.forget();
      // A journal that cannot be written is told elsewhere; the token is lost all the same.
      try {
        this.#write("vault.token-lost", { code: error.code });
      } catch {}
    }
    this.#changed();
  }

  #write(type: string, data: Record<string, string | string[] | null>): void {
    this.#parts.journal.write({ type, subject: this.#parts.subject, task: null, data });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
