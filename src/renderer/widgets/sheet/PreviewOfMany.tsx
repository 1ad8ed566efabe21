import { useTranslation } from "react-i18next";
import type { Preview } from "../../../shared/action.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatNumber } from "../format.ts";
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  PlayIcon,
} from "../icons.ts";
import { differentSteps, groupByOutcome, type OutcomeGroup, type SameWords } from "./outcomes.ts";

const looks = {
  needed: { Icon: PlayIcon, tone: "info" },
  reason: { Icon: ExclamationTriangleIcon, tone: "warning" },
  refused: { Icon: BanIcon, tone: "critical" },
  impossible: { Icon: ExclamationCircleIcon, tone: "critical" },
  done: { Icon: CheckCircleIcon, tone: "ok" },
} as const;

/** So many different sentences are shown of one outcome, so many names under one sentence, and so many lists of steps. */
const mostSaid = 25;
const mostNames = 40;
const mostKinds = 3;

/** What will happen to many: how many of them come to what and why, by name; then the steps, the proof and the way back. */
export function PreviewOfMany({ previews, total }: { previews: readonly Preview[]; total: number }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  const language = useLanguage();
  const groups = groupByOutcome(previews);
  const kinds = differentSteps(previews);
  const first = previews[0];
  if (!first) return null;
  return (
    <>
      <ul className="tiles outcome-tiles" aria-label={t("outcomes")}>
        {groups.map(({ outcome, count }) => {
          const { Icon, tone } = looks[outcome];
          return (
            <li key={outcome} className={`tile health-${tone}`}>
              <strong className="figure">{formatNumber(count, language)}</strong>
              <span className={`health health-${tone}`}>
                <Icon aria-hidden="true" />
                <span className="health-word">{t(`outcome.${outcome}`)}</span>
              </span>
            </li>
          );
        })}
        {previews.length < total && (
          <li className="tile">
            <strong className="figure">{formatNumber(total - previews.length, language)}</strong>
            <span className="quiet">{t("outcome.unasked")}</span>
          </li>
        )}
      </ul>
      <h2>{t("targets")}</h2>
      {groups.map((group) => (
        <Outcomes key={group.outcome} group={group} open={groups.length === 1 || group.outcome !== "done"} />
      ))}
      {kinds.length > 0 && <h2>{t("what")}</h2>}
      {kinds.slice(0, mostKinds).map(({ steps, count }) => (
        <div key={steps.map(({ en }) => en).join("\n")}>
          {kinds.length > 1 && <p className="quiet">{t("stepsOf", { count })}</p>}
          <ol className="sheet-steps">
            {steps.map((step) => (
              <li key={step.en}>{local(step)}</li>
            ))}
          </ol>
        </div>
      ))}
      {kinds.length > mostKinds && (
        <p className="quiet">{t("stepsMore", { count: kinds.length - mostKinds })}</p>
      )}
      <h2>{t("proof")}</h2>
      <p>{local(first.proof)}</p>
      <h2>{t("undo")}</h2>
      <p>{first.undo ? local(first.undo) : t("noUndo")}</p>
    </>
  );
}

function Outcomes({ group: { outcome, count, said }, open }: { group: OutcomeGroup; open: boolean }) {
  const { t } = useTranslation("actions");
  const language = useLanguage();
  const rest = said.slice(mostSaid).reduce((sum, { names }) => sum + names.length, 0);
  return (
    <details className="outcome" open={open}>
      <summary>
        <strong>{t(`outcome.${outcome}`)}</strong>{" "}
        <span className="figure">{formatNumber(count, language)}</span>
      </summary>
      <ul className="targets">
        {said.slice(0, mostSaid).map((same) => (
          <Said key={same.words.en} same={same} refused={outcome !== "needed" && outcome !== "done"} />
        ))}
      </ul>
      {rest > 0 && <p className="quiet">{t("targetsMore", { count: rest })}</p>}
    </details>
  );
}

function Said({ same: { words, names }, refused }: { same: SameWords; refused: boolean }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  const rest = names.length - mostNames;
  return (
    <li>
      <span className={refused ? "guard-refused" : "quiet"}>{local(words)}</span>{" "}
      <span className="target-names">{names.slice(0, mostNames).join(", ")}</span>
      {rest > 0 && <span className="quiet"> {t("targetsMore", { count: rest })}</span>}
    </li>
  );
}
