import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatMoment } from "../../widgets/format.ts";
import { CheckCircleIcon, LockIcon } from "../../widgets/icons.ts";

/** What can still be taken back, and until when, and the window in which the bascule is confirmed. */
export function UndoPanel({ undo, commit }: Pick<PraRunView, "undo" | "commit">) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const { possible, text } = undo;
  return (
    <section className={`panel pra-undo ${possible ? "is-possible" : ""}`} aria-labelledby="pra-undo">
      <h2 id="pra-undo">
        {possible ? <CheckCircleIcon aria-hidden="true" /> : <LockIcon aria-hidden="true" />}{" "}
        {t(possible ? "run.undo" : "run.cannotUndo")}
      </h2>
      <p>{local(text)}</p>
      {commit && commit.opensAt !== null && (
        <p>
          <strong>{t("run.commit")}</strong>{" "}
          {commit.endsAt !== null && (
            <span className="figure">
              {t("run.commitUntil", { time: formatMoment(commit.endsAt, language) })}
            </span>
          )}
        </p>
      )}
    </section>
  );
}
