import type { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import type { SignedRequest, VaultAccess } from "../../../vault/access.ts";
import { envelopeOf } from "../../../vault/answers.ts";
import { service } from "../../../vault/faults.ts";
import {
  type RekeyStatus,
  rekeyBackupSchema,
  rekeyGivenSchema,
  rekeyProofSchema,
  rekeyStatusSchema,
} from "./answers.ts";
import { findRekeyWay, type HeldKey, isAbsent, type RekeyWay } from "./way.ts";

type Change = Required<Pick<SignedRequest, "signal" | "onSent">> & Pick<SignedRequest, "explain">;

/**
 * Making the shares of the key anew, by the paths that this server has for it: begun, authorised by shares in force, proven by new
 * ones. Throws `vault.rekey-closed`, `vault.rekey-unheld`, and what VaultAccess throws.
 */
export class RekeyApi {
  readonly #access: VaultAccess;
  /** Kept once it is found: looking for it again and again would fill the server's audit log. */
  #way: RekeyWay | null = null;

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  async status(signal: AbortSignal): Promise<RekeyStatus & { held: HeldKey }> {
    return this.#by(signal, async (way) => ({
      ...(await this.#read(way, "init", rekeyStatusSchema, signal)),
      held: way.held,
    }));
  }

  proof(signal: AbortSignal): Promise<z.output<typeof rekeyProofSchema>> {
    return this.#by(signal, (way) => this.#read(way, "verify", rekeyProofSchema, signal));
  }

  /** `keys` in base64, one for each new share. What they seal is kept in Vault, and counts once it is proven. */
  begin(keys: readonly string[], threshold: number, change: Change): Promise<unknown> {
    return this.#change("POST", "init", change, {
      secret_shares: keys.length,
      secret_threshold: threshold,
      pgp_keys: keys,
      backup: true,
      require_verification: true,
    });
  }

  /** The nonce is wanted by later versions, which would let nobody else cancel a fresh attempt. */
  cancel(nonce: string, change: Change): Promise<unknown> {
    return this.#change("DELETE", "init", change, { nonce });
  }

  /** Enters a share in force (`update`), or a new one as proof (`verify`). */
  async give(how: "update" | "verify", nonce: string, share: string, change: Change) {
    return this.#by(change.signal, async (way) => {
      const told = await this.#send("POST", `${way.base}/${how}`, change, { key: share, nonce });
      return this.#fitting(way, rekeyGivenSchema, told);
    });
  }

  /** The sealed shares that are kept in Vault; null where none are. */
  async sealed(signal: AbortSignal): Promise<z.output<typeof rekeyBackupSchema>["data"] | null> {
    try {
      // Where nothing is kept the answer is that of a path that is not there.
      const { backup: path } = await this.#find(signal);
      return (await this.#access.read({ path, namespace: null, signal }, rekeyBackupSchema)).data;
    } catch (error) {
      if (error instanceof OpsError && /^vault\.(not-found|refused)$/.test(error.code)) return null;
      throw error;
    }
  }

  async forgetSealed(change: Change): Promise<unknown> {
    const { backup } = await this.#find(change.signal);
    return this.#send("DELETE", backup, change);
  }

  async #find(signal: AbortSignal): Promise<RekeyWay> {
    this.#way ??= await findRekeyWay(this.#access, signal);
    return this.#way;
  }

  /** Asks by the way that is known; a server that no longer has it is looked at anew the next time. */
  async #by<Value>(signal: AbortSignal, ask: (way: RekeyWay) => Promise<Value>): Promise<Value> {
    const way = await this.#find(signal);
    try {
      return await ask(way);
    } catch (error) {
      const isLost = isAbsent(error) || (error instanceof OpsError && error.code === "vault.not-allowed");
      if (isLost) this.#way = null;
      throw error;
    }
  }

  async #read<Schema extends z.ZodType>(way: RekeyWay, part: string, schema: Schema, signal: AbortSignal) {
    const told = await this.#access.ask({ path: `${way.base}/${part}`, namespace: null, signal });
    return this.#fitting(way, schema, told);
  }

  #fitting<Schema extends z.ZodType>(way: RekeyWay, schema: Schema, told: unknown): z.output<Schema> {
    const read = way.enveloped ? envelopeOf(schema).safeParse(told) : schema.safeParse(told);
    if (!read.success) throw service.http(this.#access.name).garbage();
    return (way.enveloped ? (read.data as { data: unknown }).data : read.data) as z.output<Schema>;
  }

  #change(method: "POST" | "DELETE", part: string, change: Change, body: unknown): Promise<unknown> {
    return this.#by(change.signal, (way) => this.#send(method, `${way.base}/${part}`, change, body));
  }

  #send(method: "POST" | "DELETE", path: string, change: Change, body?: unknown): Promise<unknown> {
    const content = body === undefined ? {} : { body };
    return this.#access.ask({ ...change, method, path, namespace: null, ...content });
  }
}
