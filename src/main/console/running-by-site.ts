import type { Services } from "../contract/services.ts";

/** How many actions run now at each site. */
export function runningBySite({
  runner,
  inventory,
}: Pick<Services, "runner" | "inventory">): Map<string, number> {
  const running = new Map<string, number>();
  for (const task of runner.tasks()) {
    const site = task.state === "running" && task.resource ? inventory.get(task.resource)?.site : null;
    if (site) running.set(site, (running.get(site) ?? 0) + 1);
  }
  return running;
}
