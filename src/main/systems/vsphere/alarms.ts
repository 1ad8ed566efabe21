import { minuteInWords } from "../../../shared/amount-words.ts";
import type { Problem } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Alarm } from "./records.ts";

/** Triggered alarms as problems: red is critical, yellow a warning, and so is what somebody has acknowledged. */
export function alarmProblems(
  alarms: readonly Alarm[],
  alarmName: (alarm: string) => string,
  /** The name of what triggered it, where that is not what the problem is told of. */
  place: string | null = null,
): Problem[] {
  return alarms.flatMap((each) => {
    const health = each.status === "red" ? "critical" : each.status === "yellow" ? "warning" : null;
    if (health === null) return [];
    const name = alarmName(each.alarm);
    const on = place === null ? text("Alarm", "Alarme") : text(`Alarm of ${place}`, `Alarme de ${place}`);
    const how = acknowledgedWords(each);
    const [en, fr] = how ? [` (${how.en})`, ` (${how.fr})`] : ["", ""];
    return [
      {
        // Several places may have the same alarm; each is a problem of its own.
        code: `vsphere.alarm.${place === null ? each.alarm : each.key}`,
        health: each.acknowledged ? "warning" : health,
        text: text(`${on.en}: ${name}${en}.`, `${on.fr} : ${name}${fr}.`),
      },
    ];
  });
}

/** `acknowledged by VSPHERE.EXAMPLE\console on 2026-01-05 08:00 UTC`, as far as it is known; null when it is not. */
export function acknowledgedWords({ acknowledged, by, at }: Alarm): LocalText | null {
  if (!acknowledged) return null;
  const when = at === null ? null : minuteInWords(at);
  const en = [by && ` by ${by}`, when && ` on ${when}`].filter(Boolean).join("");
  const fr = [by && ` par ${by}`, when && ` le ${when}`].filter(Boolean).join("");
  return text(`acknowledged${en}`, `acquittée${fr}`);
}
