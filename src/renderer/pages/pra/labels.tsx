import { useTranslation } from "react-i18next";
import type { PraRunView, PraSide, ReadinessCheck } from "../../../shared/pra.ts";
import {
  CheckCircleIcon,
  CircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  MinusCircleIcon,
  QuestionCircleIcon,
  SyncAltIcon,
} from "../../widgets/icons.ts";
import { sideTone, type Tone } from "./reading.ts";

const toneIcons = {
  ok: CheckCircleIcon,
  warning: ExclamationTriangleIcon,
  critical: ExclamationCircleIcon,
  unknown: QuestionCircleIcon,
} as const;

/** Words with the sign of how grave they are. */
export function Toned({ tone, words }: { tone: Tone; words: string }) {
  const Icon = toneIcons[tone];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{words}</span>
    </span>
  );
}

const checkTones = { blocked: "critical", unknown: "unknown", warning: "warning", ready: "ok" } as const;

/** How one thing that a plan needs stands, as icon and word. */
export function CheckStateLabel({ state }: { state: ReadinessCheck["state"] }) {
  const { t } = useTranslation("pra");
  return <Toned tone={checkTones[state]} words={t(`check.state.${state}`)} />;
}

/**
 * Where something serves, as icon and word; `sites` are those of its plan. `wanted` is the side that it is carried to: that
 * it still serves where it comes from is nothing to mind then.
 */
export function SideLabel({
  side,
  sites,
  wanted,
}: {
  side: PraSide;
  sites: { production: string; recovery: string };
  wanted?: PraSide;
}) {
  const { t } = useTranslation("pra");
  const words = t(`sideShort.${side}`, sites);
  const tone = sideTone(side, wanted);
  return wanted !== undefined && tone === "warning" ? (
    <span>{words}</span>
  ) : (
    <Toned tone={tone} words={words} />
  );
}

type PhaseState = PraRunView["phases"][number]["state"];

const phaseLooks = {
  pending: { Icon: CircleIcon, tone: "plain" },
  running: { Icon: SyncAltIcon, tone: "info" },
  waiting: { Icon: ClockIcon, tone: "warning" },
  done: { Icon: CheckCircleIcon, tone: "ok" },
  "done-with-skips": { Icon: ExclamationTriangleIcon, tone: "warning" },
  failed: { Icon: ExclamationCircleIcon, tone: "critical" },
  "left-out": { Icon: MinusCircleIcon, tone: "unknown" },
} as const;

/** How a phase or an application stands in a run, as icon and word. */
export function PhaseStateLabel({ state }: { state: PhaseState }) {
  const { t } = useTranslation("pra");
  const { Icon, tone } = phaseLooks[state];
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" {...(tone === "plain" && { className: "pra-hollow" })} />
      <span className="health-word">{t(`phase.${state}`)}</span>
    </span>
  );
}
