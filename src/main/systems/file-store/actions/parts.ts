import type { Resource } from "../../../../shared/resource.ts";
import type { HostAccess } from "../../host-access.ts";
import { changeUnitsScript, failedChange } from "../../host-units.ts";
import type { ListedServer } from "../../listed-servers.ts";
import { refused } from "../faults.ts";
import type { Job } from "../standing.ts";

export interface JobActionParts {
  access: HostAccess;
  jobs: readonly Job[];
}

const deadline = 60_000;

/** The job behind a resource; null for any other. */
export function jobOf({ jobs }: JobActionParts, { id }: Pick<Resource, "id">): Job | null {
  return jobs.find(({ resource }) => resource === id) ?? null;
}

/** The same where the action is offered. */
export function ownJob(parts: JobActionParts, resource: Pick<Resource, "id">): Job {
  const job = jobOf(parts, resource);
  if (!job) throw new RangeError(`no job ${resource.id}`);
  return job;
}

/** Has systemd change something on a server. Throws `file-store.refused` and what HostAccess throws. */
export async function change(
  { access }: JobActionParts,
  server: ListedServer,
  calls: readonly (readonly string[])[],
  { signal, onStarted }: { signal: AbortSignal; onStarted(): void },
): Promise<void> {
  const script = (mark: string) => changeUnitsScript(mark, calls, []);
  const sections = await access.ask(server.target, script, { signal, deadline, onStarted });
  const failed = failedChange(sections);
  if (failed !== null) throw refused(access.system, server.name, failed);
}
