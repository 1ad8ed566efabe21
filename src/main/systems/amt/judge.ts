import type { Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { AmtEvent } from "./event-words.ts";
import type { PowerReading } from "./power.ts";

/** How long an alarm of the event log is shown as a problem, in milliseconds. */
const shownFor = 24 * 3_600_000;
const mostShown = 5;

/**
 * What is wrong with a machine by what AMT tells. Being off is not wrong: whether it should run is not AMT's to say.
 * `now` is in epoch milliseconds.
 */
export function judge(power: PowerReading, events: readonly AmtEvent[], now: number): Problem[] {
  const problems: Problem[] = [];
  if (power.state === "unknown") {
    problems.push({
      code: "power.unknown",
      health: "unknown",
      text: text(
        `AMT gives a power state that means nothing here (${power.code}).`,
        `AMT donne un état d'alimentation sans signification ici (${power.code}).`,
      ),
    });
  }
  const alarms = events.filter(
    (event) => event.severity === "critical" && Math.abs(now - event.at) < shownFor,
  );
  const seen = new Set<string>();
  for (const { source, text: words } of alarms) {
    const key = `${source.en} ${words.en}`;
    if (seen.has(key) || seen.size >= mostShown) continue;
    seen.add(key);
    problems.push({
      code: "amt.alarm",
      health: "warning",
      text: text(
        `Alarm in AMT's event log (${source.en}): ${words.en}`,
        `Alarme dans le journal d'AMT (${source.fr}) : ${words.fr}`,
      ),
    });
  }
  return problems;
}
