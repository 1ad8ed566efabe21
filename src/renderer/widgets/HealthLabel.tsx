import type { Health } from "../../shared/resource.ts";
import { useWords } from "../i18n/index.ts";
import {
  CheckCircleIcon,
  ClockIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  QuestionCircleIcon,
} from "./icons.ts";

const icons = {
  ok: CheckCircleIcon,
  warning: ExclamationTriangleIcon,
  critical: ExclamationCircleIcon,
  unknown: QuestionCircleIcon,
} as const;

/** A health as icon and word; the colour only repeats what both say. `quiet` keeps the word for screen readers. */
export function HealthLabel({ health, quiet = false }: { health: Health; quiet?: boolean }) {
  const t = useWords("common");
  const Icon = icons[health];
  return (
    <span className={`health health-${health}`} {...(quiet ? { title: t(`health.${health}`) } : {})}>
      <Icon aria-hidden="true" />
      <span className={quiet ? "pf-v6-screen-reader" : "health-word"}>{t(`health.${health}`)}</span>
    </span>
  );
}

/** Marks a value that was not read lately. */
export function StaleMark() {
  const t = useWords("common");
  return (
    <span className="stale-mark" title={t("staleHint")}>
      <ClockIcon aria-hidden="true" />
      {t("stale")}
    </span>
  );
}
