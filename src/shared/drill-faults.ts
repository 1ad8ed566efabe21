import { type DrillFault, drillFaultSchema } from "./drill.ts";
import { OpsError } from "./errors.ts";
import { text } from "./text.ts";

/**
 * Reads a fault and its moment: `region-dead east`, `slow-restore north when restore/restore-billing`, `webhook-down after 5m`.
 * Throws OpsError `drill.wrong-fault`.
 */
export function faultOf(words: string): DrillFault {
  const parts = words.trim().split(/\s+/);
  const [keyword, value = ""] = parts.slice(-2);
  const when =
    parts.length < 3 || (keyword !== "when" && keyword !== "after")
      ? { at: "start" }
      : keyword === "when"
        ? { at: "step", node: value }
        : { at: "after", time: value };
  const fault = when.at === "start" ? parts : parts.slice(0, -2);
  const parsed = drillFaultSchema.safeParse({ when, fault });
  if (parsed.success) return parsed.data;
  throw new OpsError({
    code: "drill.wrong-fault",
    system: "drill",
    message: text(
      `"${words.slice(0, 100)}" is no fault and moment.`,
      `« ${words.slice(0, 100)} » n'est pas une panne et son moment.`,
    ),
    hint: text(
      "Write a fault of the lab, and `when STEP` or `after 5m` where it is to come later.",
      "Écrivez une panne du labo, suivie de `when ÉTAPE` ou `after 5m` si elle doit venir plus tard.",
    ),
  });
}
