import "../../styles/pra.css";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLocalText } from "../../i18n/index.ts";
import { PhaseStateLabel } from "./labels.tsx";

/** The phases of a run in their order, each with how it stands and how many of its steps are through. */
export function PhaseStrip({ phases, small = false }: { phases: PraRunView["phases"]; small?: boolean }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  if (phases.length === 0) return null;
  return (
    <ol className={small ? "phase-strip is-small" : "phase-strip"} aria-label={t("phases")}>
      {phases.map((phase, index) => (
        <li key={phase.id} className={`phase phase-${phase.state}`} {...currentOf(phase.state)}>
          <span className="phase-number" aria-hidden="true">
            {index + 1}
          </span>
          <strong className="phase-title">{local(phase.title)}</strong>
          <span className="phase-state">
            <PhaseStateLabel state={phase.state} />
            {isCounted(phase) && (
              <span className="figure quiet">
                {t("phaseCount", { done: phase.done, total: phase.total })}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function currentOf(state: PraRunView["phases"][number]["state"]) {
  return state === "running" || state === "waiting" || state === "failed"
    ? { "aria-current": "step" as const }
    : {};
}

/** Of one that is done or left out the count says nothing more. */
function isCounted({ state, total }: PraRunView["phases"][number]): boolean {
  return total > 0 && state !== "done" && state !== "left-out";
}
