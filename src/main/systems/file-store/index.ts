import { parseDuration } from "../../../shared/estate-words.ts";
import { type FileStoreSystemConfig, fileStoreSystemSchema } from "../../../shared/systems/file-store.ts";
import type { Action } from "../../actions/action.ts";
import { listedServers } from "../listed-servers.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { moveAction } from "./actions/move.ts";
import { runNowAction } from "./actions/run-now.ts";
import { JobObserver } from "./observe.ts";
import type { Job } from "./standing.ts";

/** Backup jobs that a systemd timer starts on one of several servers: where they run, how they ended; run and moved. */
export const fileStoreSystem: SystemDefinition<FileStoreSystemConfig> = {
  type: "file-store",
  config: fileStoreSystemSchema,
  create: createFileStoreSystem,
};

function createFileStoreSystem(config: FileStoreSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 60_000;
  const { access, targets, server } = listedServers(config, context);
  const jobs = Object.entries(config.jobs).map(
    ([id, job]): Job => ({
      id,
      resource: `${context.id}/${id}`,
      name: job.name ?? id,
      config: job,
      servers: job.runsOn.map(server),
    }),
  );
  const observer = new JobObserver({
    access,
    jobs,
    every,
    site: config.site ?? null,
    environment: config.environment ?? null,
  });
  const closing = new AbortController();
  return {
    id: context.id,
    type: "file-store",
    every,
    declarations: () => observer.declarations(),
    observe: (sink, signal, resources) =>
      observer.observe(sink, AbortSignal.any([signal, closing.signal]), resources),
    actions: [runNowAction({ access, jobs }), moveAction({ access, jobs })] as unknown as Action[],
    logins: () => [...targets.values()],
    async close() {
      closing.abort();
    },
  };
}
