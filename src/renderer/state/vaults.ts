import type { VaultSeen } from "../../shared/vaults.ts";
import type { Client } from "./client.ts";
import { type Live, useLive } from "./live.ts";

const open = (client: Client, signal: AbortSignal) => client.vaults.watch(undefined, { signal });

/** How the console stands with the Vaults of the estate, as that changes. */
export function useVaults(): Live<{ vaults: VaultSeen[] }> {
  return useLive(open);
}
