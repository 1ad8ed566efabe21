import { useTranslation } from "react-i18next";
import type { DrainPod } from "../../../shared/drain.ts";
import {
  CheckCircleIcon,
  ClockIcon,
  LockIcon,
  MinusCircleIcon,
  PlayIcon,
  QuestionCircleIcon,
  SyncAltIcon,
} from "../../widgets/icons.ts";

const looks = {
  asks: { Icon: QuestionCircleIcon, tone: "warning" },
  evict: { Icon: PlayIcon, tone: "info" },
  planned: { Icon: ClockIcon, tone: "unknown" },
  blocked: { Icon: LockIcon, tone: "warning" },
  leaving: { Icon: SyncAltIcon, tone: "info" },
  gone: { Icon: CheckCircleIcon, tone: "ok" },
  stays: { Icon: MinusCircleIcon, tone: "unknown" },
} as const;

/** What will happen to a pod, or how far it is with it, as icon and word. */
export function PodState({ pod, isPreview }: { pod: DrainPod; isPreview: boolean }) {
  const { t } = useTranslation("drain");
  const look = lookOf(pod, isPreview);
  const { Icon, tone } = looks[look];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{t(`state.${look}`)}</span>
    </span>
  );
}

function lookOf({ plan, state }: DrainPod, isPreview: boolean): keyof typeof looks {
  if (plan.startsWith("asks-") && state !== "gone") return "asks";
  return isPreview && state === "planned" ? "evict" : state;
}
