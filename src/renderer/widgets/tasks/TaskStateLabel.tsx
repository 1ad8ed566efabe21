import { useTranslation } from "react-i18next";
import type { TaskState } from "../../../shared/action.ts";
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  MinusCircleIcon,
  QuestionCircleIcon,
  SyncAltIcon,
} from "../icons.ts";

const looks = {
  running: { Icon: SyncAltIcon, tone: "info" },
  verified: { Icon: CheckCircleIcon, tone: "ok" },
  "already-done": { Icon: CheckCircleIcon, tone: "ok" },
  refused: { Icon: BanIcon, tone: "warning" },
  failed: { Icon: ExclamationCircleIcon, tone: "critical" },
  cancelled: { Icon: MinusCircleIcon, tone: "unknown" },
  "unknown-effect": { Icon: QuestionCircleIcon, tone: "warning" },
} as const;

/** How a task stands, as icon and word. The states are never blended into "done". */
export function TaskStateLabel({ state }: { state: TaskState }) {
  const { t } = useTranslation("tasks");
  const { Icon, tone } = looks[state];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{t(`state.${state}`)}</span>
    </span>
  );
}
