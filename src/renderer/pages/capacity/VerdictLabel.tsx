import type { CapacityVerdict } from "../../../shared/capacity.ts";
import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  QuestionCircleIcon,
} from "../../widgets/icons.ts";

const icons = {
  ok: CheckCircleIcon,
  warning: ExclamationTriangleIcon,
  exceeded: ExclamationCircleIcon,
  unknown: QuestionCircleIcon,
} as const;
const tones = { ok: "ok", warning: "warning", exceeded: "critical", unknown: "unknown" } as const;

/** A verdict as icon and words; the colour only repeats what both say. */
export function VerdictLabel({ verdict, words }: { verdict: CapacityVerdict; words: string }) {
  const Icon = icons[verdict];
  return (
    <span className={`health health-${tones[verdict]}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{words}</span>
    </span>
  );
}
