import { toOpsError } from "../../shared/errors.ts";
import { LastInventory } from "../inventory/last-inventory.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

/** Milliseconds between two looks, and looks between two times that the inventory is kept. */
const lookEvery = 10_000;
const keptEvery = 30;

/** Shows what was last known of the estate as stale, and keeps what is known from now on, now and then and at the end. */
export async function remember(
  ground: Ground,
  { watcher }: Declared,
  { inventory }: Knowledge,
): Promise<void> {
  const { endings, folder, estatePath, redaction, logger, report, now } = ground;
  const last = new LastInventory({
    dataFolder: folder,
    estate: estatePath,
    inventory,
    redacted: (resource) => redaction.data(resource),
    now,
  });
  const recalled = await last.recall(new Set(Object.keys(watcher.estate?.systems ?? {})));
  if (recalled > 0)
    logger.info({ resources: recalled }, "the last inventory is shown until it is read again");
  const keep = () => last.keep().catch((thrown: unknown) => report(toOpsError(thrown, "inventory")));
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    last.settle();
    if (looks % keptEvery === 0) void keep();
  }, lookEvery);
  timer.unref();
  endings.add(async () => {
    clearInterval(timer);
    await keep();
  });
}
