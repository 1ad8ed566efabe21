import { OpsError } from "../../../../shared/errors.ts";
import type { PostOptions } from "../client/device.ts";
import type { Wsman } from "../client/wsman.ts";
import type { SessionKind } from "./messages.ts";

/** CIM_KVMRedirectionSAP.EnabledState while a session is shown; 6 is ready for one, 3 switched off (DSP1076). */
const inUse = 2;

/** Milliseconds between two looks, and how many there are before it is tried all the same. */
const lookEvery = 500;
const mostLooks = 12;

/** Whether somebody's screen session is open; null where the firmware does not say. */
export async function isScreenOpen(client: Wsman, options: PostOptions): Promise<boolean | null> {
  try {
    const state = (await client.get("CIM_KVMRedirectionSAP", options)).number("EnabledState");
    return state === undefined ? null : state === inUse;
  } catch (thrown) {
    if (options.signal.aborted || !(thrown instanceof OpsError) || !silent.has(thrown.code)) throw thrown;
    return null;
  }
}

const silent = new Set([
  "amt.not-offered",
  "amt.access-denied",
  "amt.refused",
  "amt.busy",
  "amt.internal-error",
]);

/**
 * Waits until the firmware has noticed that a machine's sessions are over, some seconds at most: of a screen it tells,
 * to a serial line it is given a moment. Throws what the client throws, and the reason of the signal.
 */
export async function waitUntilLetGo(
  client: Wsman,
  kinds: readonly SessionKind[],
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await wait(lookEvery, signal);
  if (!kinds.includes("screen")) return;
  for (let looks = 0; looks < mostLooks; looks++) {
    if (!(await isScreenOpen(client, { signal, patient: true }))) return;
    await wait(lookEvery, signal);
  }
}
