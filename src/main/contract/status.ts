import type { Status } from "../../shared/status.ts";
import type { Services } from "./services.ts";

/** The masthead's chips and the navigation's counts, as they stand now. */
export function consoleStatus(services: Services): Status {
  const estate = services.estate.state();
  const tasks = services.runner.tasks();
  return {
    estate: {
      name: estate.name,
      valid: estate.valid,
      faults: estate.faults.length,
      lastGoodAt: estate.loadedAt,
    },
    reach: services.reach.status(),
    secrets: services.secrets.status(),
    journal: services.journal.state(),
    questions: services.questions.list().length,
    counts: services.inventory.counts(),
    bundle: bundleStatus(services),
    late: services.protection.late(),
    findings: services.rules.unmuted(),
    runningTasks: tasks.filter((task) => task.state === "running").length,
  };
}

/** Moments and no ages: what is told again each time that it differs must not differ by itself. */
function bundleStatus({ bundle, now }: Services): NonNullable<Status["bundle"]> | null {
  const { wanted, note, late, error, openedAge } = bundle.state();
  if (openedAge !== null) {
    // To a second: the age is worked out anew each time.
    return { madeAt: Math.round((now() - openedAge) / 1000) * 1000, isLate: true, isOpened: true };
  }
  return wanted ? { madeAt: note?.madeAt ?? null, isLate: late || error !== null, isOpened: false } : null;
}
