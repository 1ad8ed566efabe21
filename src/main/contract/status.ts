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
    late: services.protection.late(),
    runningTasks: tasks.filter((task) => task.state === "running").length,
  };
}
