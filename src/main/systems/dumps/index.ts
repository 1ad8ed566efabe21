import { parseDuration } from "../../../shared/estate-words.ts";
import { type DumpsSystemConfig, dumpsSystemSchema } from "../../../shared/systems/dumps.ts";
import type { Action } from "../../actions/action.ts";
import { listedServers } from "../listed-servers.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { checkAction } from "./actions/check.ts";
import { runNowAction } from "./actions/run-now.ts";
import type { DumpSet } from "./dump-set.ts";
import { DumpObserver } from "./observe.ts";

/** Backups that are files on servers, such as dumps of databases: how fresh, how whole, on which servers; made and checked. */
export const dumpsSystem: SystemDefinition<DumpsSystemConfig> = {
  type: "dumps",
  config: dumpsSystemSchema,
  create: createDumpsSystem,
};

function createDumpsSystem(config: DumpsSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallbacks only satisfy the types.
  const every = parseDuration(config.every) ?? 300_000;
  const { access, targets, server } = listedServers(config, context);
  const sets = Object.entries(config.sets).map(
    ([id, set]): DumpSet => ({
      id,
      resource: `${context.id}/${id}`,
      name: set.name ?? id,
      config: set,
      every: parseDuration(set.every) ?? 86_400_000,
      keep: parseDuration(set.keep) ?? 604_800_000,
      servers: set.on.map(server),
    }),
  );
  const observer = new DumpObserver({
    access,
    sets,
    every,
    site: config.site ?? null,
    environment: config.environment ?? null,
  });
  const closing = new AbortController();
  return {
    id: context.id,
    type: "dumps",
    every,
    declarations: () => observer.declarations(),
    observe: (sink, signal, resources) =>
      observer.observe(sink, AbortSignal.any([signal, closing.signal]), resources),
    actions: [checkAction(access, observer), runNowAction({ access, observer, sets }) as unknown as Action],
    logins: () => [...targets.values()],
    async close() {
      closing.abort();
    },
  };
}
