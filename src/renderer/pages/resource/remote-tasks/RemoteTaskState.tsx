import { useTranslation } from "react-i18next";
import type { RemoteTask } from "../../../../shared/remote-tasks.ts";
import {
  CheckCircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  QuestionCircleIcon,
  SyncAltIcon,
} from "../../../widgets/icons.ts";

const looks = {
  queued: { Icon: ClockIcon, tone: "info" },
  running: { Icon: SyncAltIcon, tone: "info" },
  done: { Icon: CheckCircleIcon, tone: "ok" },
  warned: { Icon: ExclamationTriangleIcon, tone: "warning" },
  failed: { Icon: ExclamationCircleIcon, tone: "critical" },
  unknown: { Icon: QuestionCircleIcon, tone: "unknown" },
} as const;

/** How a task of a far system stands, as icon and word. */
export function RemoteTaskState({ state }: { state: RemoteTask["state"] }) {
  const { t } = useTranslation("resource");
  const { Icon, tone } = looks[state];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{t(`remoteTasks.state.${state}`)}</span>
    </span>
  );
}
