import { useTranslation } from "react-i18next";
import type { RunStatus, StepState } from "../../../shared/run.ts";
import {
  CheckCircleIcon,
  CircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  LockIcon,
  MinusCircleIcon,
  PauseIcon,
  QuestionCircleIcon,
  SyncAltIcon,
} from "../../widgets/icons.ts";

const runLooks = {
  running: { Icon: SyncAltIcon, tone: "info" },
  paused: { Icon: PauseIcon, tone: "warning" },
  waiting: { Icon: ExclamationTriangleIcon, tone: "warning" },
  completed: { Icon: CheckCircleIcon, tone: "ok" },
  "completed-with-skips": { Icon: ExclamationTriangleIcon, tone: "warning" },
  "rolled-back": { Icon: MinusCircleIcon, tone: "unknown" },
  failed: { Icon: ExclamationCircleIcon, tone: "critical" },
  "unknown-effect": { Icon: QuestionCircleIcon, tone: "warning" },
} as const;

const stepLooks = {
  pending: { Icon: CircleIcon, tone: "plain" },
  blocked: { Icon: LockIcon, tone: "plain" },
  running: { Icon: SyncAltIcon, tone: "info" },
  waiting: { Icon: ClockIcon, tone: "info" },
  verified: { Icon: CheckCircleIcon, tone: "ok" },
  skipped: { Icon: MinusCircleIcon, tone: "unknown" },
  failed: { Icon: ExclamationCircleIcon, tone: "critical" },
  "unknown-effect": { Icon: QuestionCircleIcon, tone: "warning" },
  compensated: { Icon: MinusCircleIcon, tone: "unknown" },
} as const;

/** How a run stands, as icon and word. Its ends are never blended into "done". */
export function RunStatusLabel({ status }: { status: RunStatus }) {
  const { t } = useTranslation("runs");
  const { Icon, tone } = runLooks[status];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{t(`status.${status}`)}</span>
    </span>
  );
}

/** How a step stands, as icon and word. */
export function StepStateLabel({ state }: { state: StepState }) {
  const { t } = useTranslation("runs");
  const { Icon, tone } = stepLooks[state];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{t(`step.${state}`)}</span>
    </span>
  );
}
