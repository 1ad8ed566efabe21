import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import type { FileStoreJob } from "../../../shared/systems/file-store.ts";
import type { HostAccess } from "../host-access.ts";
import { type UnitState, unitIn, unitsScript } from "../host-units.ts";
import type { ListedServer } from "../listed-servers.ts";

/** How a job stands on one server: `on` when its timer would start it there, now or after a reboot. */
export interface Standing {
  server: string;
  name: string;
  site: string | null;
  timer: UnitState | null;
  service: UnitState | null;
  on: boolean;
  /** Why the server cannot be asked; null: it answered. */
  error: OpsError | null;
}

/** One backup job of the estate. */
export interface Job {
  id: string;
  resource: string;
  name: string;
  config: FileStoreJob;
  servers: readonly ListedServer[];
}

const deadline = 30_000;

/** Asks all servers of a job at once; who does not answer is told so. Throws what the signal was aborted with. */
export function standingsOf(access: HostAccess, job: Job, signal: AbortSignal): Promise<Standing[]> {
  return Promise.all(job.servers.map((server) => standingAt(access, job, server, signal)));
}

/** Asks one server. */
export async function standingAt(
  access: HostAccess,
  { config }: Job,
  { id, target, name, site }: ListedServer,
  signal: AbortSignal,
): Promise<Standing> {
  const common = { server: id, name, site };
  try {
    const units = [config.timer, config.service];
    const sections = await access.ask(target, (mark) => unitsScript(mark, units), { signal, deadline });
    const [timer, service] = units.map((unit) => unitIn(sections, unit));
    return {
      ...common,
      timer: timer ?? null,
      service: service ?? null,
      on: isOn(timer ?? null),
      error: null,
    };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { ...common, timer: null, service: null, on: false, error: toOpsError(thrown, access.system) };
  }
}

/** Whether a timer starts its service now, or would after a reboot. */
export function isOn(timer: UnitState | null): boolean {
  return timer !== null && (timer.isEnabled === true || timer.active === "active");
}
