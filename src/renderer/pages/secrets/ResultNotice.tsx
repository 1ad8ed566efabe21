import { useTranslation } from "react-i18next";
import type { z } from "zod";
import type { WireError } from "../../../shared/errors.ts";
import type { secretTrialSchema } from "../../../shared/secrets-state.ts";
import { useLocalText } from "../../i18n/index.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { CheckCircleIcon, ExclamationCircleIcon } from "../../widgets/icons.ts";
import { Notice } from "../../widgets/Notice.tsx";

type Trial = z.infer<typeof secretTrialSchema>;

/** What came of the last thing done on the page. */
export type Result =
  | { kind: "said"; words: string }
  | { kind: "failed"; error: WireError }
  | { kind: "trials"; title: string; good: boolean; trials: readonly Trial[] };

/** Says what came of it: a sentence, an error with its hint, or trial by trial. */
export function ResultNotice({ result }: { result: Result }) {
  const { t } = useTranslation("secrets");
  const local = useLocalText();
  if (result.kind === "failed") return <ErrorNotice error={result.error} />;
  if (result.kind === "said") return <Notice tone="success" title={result.words} />;
  return (
    <Notice tone={result.good ? "success" : "warning"} title={result.title}>
      {result.trials.length === 0 && <p>{t("noTrials")}</p>}
      <ul className="guards">
        {result.trials.map((trial) => (
          <li key={trial.subject} className={trial.accepted ? "guard-allowed" : "guard-refused"}>
            {trial.accepted ? (
              <CheckCircleIcon aria-hidden="true" />
            ) : (
              <ExclamationCircleIcon aria-hidden="true" />
            )}
            <span>
              <strong>{trial.accepted ? t("accepted") : t("notAccepted")}</strong> {trial.subject}:{" "}
              {local(trial.text)}
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
