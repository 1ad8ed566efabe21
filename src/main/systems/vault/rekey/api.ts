import type { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import type { SignedRequest, VaultAccess } from "../../../vault/access.ts";
import { service } from "../../../vault/faults.ts";
import {
  type RekeyStatus,
  rekeyBackupSchema,
  rekeyGivenSchema,
  rekeyProofSchema,
  rekeyStatusSchema,
} from "./answers.ts";

type Change = Required<Pick<SignedRequest, "signal" | "onSent">> & Pick<SignedRequest, "explain">;

/** Making the shares of the key anew: begun, authorised by shares in force, proven by new ones. Throws OpsErrors. */
export class RekeyApi {
  readonly #access: VaultAccess;

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  status(signal: AbortSignal): Promise<RekeyStatus> {
    return this.#read("sys/rekey/init", rekeyStatusSchema, signal);
  }

  proof(signal: AbortSignal) {
    return this.#read("sys/rekey/verify", rekeyProofSchema, signal);
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
    const answer = rekeyGivenSchema.safeParse(await this.#change("POST", how, change, { key: share, nonce }));
    if (!answer.success) throw service.http(this.#access.name).garbage();
    return answer.data;
  }

  /** The sealed shares that are kept in Vault; null where none are. */
  async sealed(signal: AbortSignal): Promise<z.output<typeof rekeyBackupSchema>["data"] | null> {
    try {
      return (await this.#read("sys/rekey/backup", rekeyBackupSchema, signal)).data;
    } catch (error) {
      if (error instanceof OpsError && /^vault\.(not-found|refused)$/.test(error.code)) return null;
      throw error;
    }
  }

  forgetSealed(change: Change): Promise<unknown> {
    return this.#change("DELETE", "backup", change);
  }

  #read<Schema extends z.ZodType>(path: string, schema: Schema, signal: AbortSignal) {
    return this.#access.read({ path, namespace: null, signal }, schema);
  }

  #change(method: "POST" | "DELETE", part: string, change: Change, body?: unknown): Promise<unknown> {
    return this.#access.ask({
      ...change,
      method,
      path: `sys/rekey/${part}`,
      namespace: null,
      ...(body === undefined ? {} : { body }),
    });
  }
}
