import { dirname } from "node:path";
import { EstateWatcher } from "../estate/watcher.ts";
import { noEstate } from "../no-estate.ts";
import { readBuiltInProcedures } from "../procedures/definition/built-in.ts";
import { proceduresCheck } from "../procedures-check.ts";
import { systemConfigs } from "../system-definitions.ts";
import type { Ground } from "./ground.ts";

/** What is written down beforehand: the estate, and the procedures that come with the program. */
export interface Declared {
  watcher: EstateWatcher;
  builtIn: Awaited<ReturnType<typeof readBuiltInProcedures>>["procedures"];
  /** The folder that paths in the estate start from. */
  folder(): string;
}

/** Reads the estate and watches it. Throws an OpsError when there is none and nobody at a window could mend it. */
export async function openDeclared(ground: Ground): Promise<Declared> {
  const { estatePath, logger } = ground;
  const builtIn = await readBuiltInProcedures();
  for (const fault of builtIn.faults) logger.error({ fault }, "a built-in procedure cannot be used");
  const watcher = ground.endings.closing(
    await EstateWatcher.start({
      path: estatePath,
      dataFolder: ground.folder,
      systemConfigs,
      furtherCheck: proceduresCheck(builtIn.procedures),
      now: ground.now,
      onTrouble: ground.report,
    }),
  );
  if (!watcher.estate && !ground.interactive) throw noEstate(estatePath, watcher);
  return {
    watcher,
    builtIn: builtIn.procedures,
    folder: () => watcher.origin?.folder ?? dirname(estatePath),
  };
}
