import { OpsError } from "../../../../shared/errors.ts";
import type { VaultAccess } from "../../../vault/access.ts";
import { service, vaultFault } from "../../../vault/faults.ts";
import { sealStatusSchema } from "../answers.ts";
import { rekeyClosed, rekeyUnheld } from "./faults.ts";

/** What people hold shares of: the key that opens it, or a recovery key where it opens by itself. */
export type HeldKey = "unseal" | "recovery";

/** By which paths the shares are made anew. */
export interface RekeyWay {
  held: HeldKey;
  /** Below it are `init`, `update` and `verify`. */
  base: string;
  /** Where what is sealed for the holders is kept. */
  backup: string;
  /** Its answers come in an envelope. */
  enveloped: boolean;
}

/** Paths of OpenBao from 2.4, which ask for a token (https://openbao.org/api-docs/system/rotate). */
const rotation: Record<HeldKey, RekeyWay> = {
  unseal: { held: "unseal", base: "sys/rotate/root", backup: "sys/rotate/root/backup", enveloped: true },
  recovery: {
    ...{ held: "recovery", base: "sys/rotate/recovery", backup: "sys/rotate/recovery/backup" },
    enveloped: true,
  },
};

/**
 * Paths of Vault, and of OpenBao where its listener has them open
 * (https://developer.hashicorp.com/vault/api-docs/system/rekey, …/rekey-recovery-key).
 */
const rekey: Record<HeldKey, RekeyWay> = {
  unseal: { held: "unseal", base: "sys/rekey", backup: "sys/rekey/backup", enveloped: false },
  recovery: {
    ...{ held: "recovery", base: "sys/rekey-recovery-key", backup: "sys/rekey/recovery-key-backup" },
    enveloped: false,
  },
};

/**
 * Finds out by its answers, never by its name or version, how shares are made anew: by `sys/rotate` where it has that for whoever is
 * signed in, else by `sys/rekey`. Throws `vault.rekey-closed` where neither is open, `vault.rekey-unheld` where it opens by itself and has no recovery key,
 * and what VaultAccess throws.
 */
export async function findRekeyWay(access: VaultAccess, signal: AbortSignal): Promise<RekeyWay> {
  const held = await heldKey(access, signal);
  const looked = await look(access, rotation[held], signal);
  if (looked === "there") return rotation[held];
  if ((await look(access, rekey[held], signal)) === "there") return rekey[held];
  throw rekeyClosed(access.name, rotation[held].base, looked === "not-allowed");
}

async function heldKey(access: VaultAccess, signal: AbortSignal): Promise<HeldKey> {
  const told = await access.client.ask({ path: "sys/seal-status", namespace: null, signal });
  const seal = sealStatusSchema.safeParse(told);
  if (!seal.success) throw service.http(access.name).garbage();
  if (seal.data.sealed) throw vaultFault("sealed", access.name);
  if (!seal.data.recovery_seal) return "unseal";
  if (seal.data.n === 0) throw rekeyUnheld(access.name);
  return "recovery";
}

async function look(
  access: VaultAccess,
  { base }: RekeyWay,
  signal: AbortSignal,
): Promise<"there" | "absent" | "not-allowed"> {
  try {
    await access.ask({ path: `${base}/init`, namespace: null, signal });
    return "there";
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    if (error.code === "vault.not-allowed") return "not-allowed";
    if (isAbsent(error)) return "absent";
    throw error;
  }
}

/** Whether it says that it has no such path: unknown to it (404), or switched off (405). */
export function isAbsent(error: unknown): boolean {
  return error instanceof OpsError && /^vault\.(not-found|unsupported)$/.test(error.code);
}
