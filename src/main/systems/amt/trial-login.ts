import { OpsError } from "../../../shared/errors.ts";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { LoginTrial } from "../system.ts";
import { AmtDevice } from "./client/device.ts";
import { Wsman } from "./client/wsman.ts";
import type { MachineAccess } from "./machine-access.ts";
import type { Machine } from "./machines.ts";
import { readPower } from "./power.ts";

/**
 * The trial log-ins of one secret: one request to each machine that logs in with it, on a connection of its own, so that
 * what the console knows of the machine is neither used nor changed.
 */
export function loginTrials(
  access: MachineAccess,
  machines: Iterable<Machine>,
  reference: SecretReference,
): LoginTrial[] {
  return [...machines]
    .filter(({ password }) => password === reference)
    .map(({ id, place }) => ({
      subject: id,
      name: place.name,
      tryLogin: (value, signal) => tryLogin(access, id, value, signal),
    }));
}

/** Faults of WS-Management come after the log-in: the user was let in, only not to this. */
const letIn = new Set(["amt.access-denied", "amt.not-offered", "amt.refused", "amt.busy"]);

async function tryLogin(
  access: MachineAccess,
  id: string,
  value: string | null,
  signal: AbortSignal,
): Promise<void> {
  const door = access.door(id);
  const device = new AmtDevice({
    ...door,
    password: value === null ? door.password : async () => ({ reveal: () => value }),
    now: access.now,
    wait: access.wait,
  });
  try {
    await readPower(new Wsman(device), { signal, patient: true });
  } catch (thrown) {
    if (!(thrown instanceof OpsError && letIn.has(thrown.code))) throw thrown;
  } finally {
    device.close();
  }
}
