import type { MachineListAnswer } from "../../shared/estate-state.ts";
import { type MachineList, readMachineList } from "../estate/machine-list/read.ts";
import { type ListedSystem, toEstateYaml } from "../estate/machine-list/to-yaml.ts";
import type { Services } from "./services.ts";

type Keeping = Pick<Services, "secrets" | "conceal">;

/**
 * Reads a list of AMT machines and says what to put into the estate file. The passwords in it are kept out of
 * everything that is written down from here on, and stored only when asked. Throws OpsErrors `estate.list-unreadable`
 * and those of the secret store.
 */
export async function readList(
  services: Keeping,
  request: ListedSystem & { words: string; storeSecrets: boolean },
): Promise<MachineListAnswer> {
  const list = readMachineList(request.words);
  for (const { secret } of list.machines) if (secret) services.conceal(secret.value);
  const stored = request.storeSecrets ? await storeListSecrets(services, list) : 0;
  return listAnswer(list, request, stored);
}

/** Stores every password that a list carries under the name that its machine refers to; says how many. */
export async function storeListSecrets(
  { secrets, conceal }: Keeping,
  { machines }: MachineList,
): Promise<number> {
  let stored = 0;
  for (const { secret } of machines) {
    if (!secret) continue;
    conceal(secret.value);
    await secrets.set(secret.name, secret.value);
    stored += 1;
  }
  return stored;
}

/** What may be shown of a list: the estate's words for it and the names of its secrets, never a value. */
export function listAnswer(
  { machines, faults }: MachineList,
  target: ListedSystem,
  stored: number,
): MachineListAnswer {
  return {
    yaml: machines.length === 0 ? "" : toEstateYaml(machines, target),
    machines: machines.map(({ id, line, entry }) => ({ id, line, address: String(entry.address) })),
    faults,
    secrets: machines.flatMap(({ secret }) => secret?.name ?? []),
    stored,
  };
}
