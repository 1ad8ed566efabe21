import { useTranslation } from "react-i18next";
import type { GuardVerdict, Preview } from "../../../shared/action.ts";
import { useLocalText } from "../../i18n/index.ts";
import { CheckCircleIcon, ExclamationCircleIcon } from "../icons.ts";

/** Whether it is needed, in one sentence. */
export function ProbeLine({ preview: { probe } }: { preview: Preview }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  return (
    <p className={`probe probe-${probe.state}`}>
      <strong>{t(`state.${probe.state}`)}</strong> {local(probe.text)}
    </p>
  );
}

/** What could stop it, what will prove it and how it is undone, where what will happen is shown otherwise. */
export function PreviewSurety({ preview }: { preview: Preview }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  return (
    <>
      <h2>{t("guards")}</h2>
      <Guards guards={preview.guards} />
      <dl className="pairs">
        <dt>{t("proof")}</dt>
        <dd>{local(preview.proof)}</dd>
        <dt>{t("undo")}</dt>
        <dd>{preview.undo ? local(preview.undo) : t("noUndo")}</dd>
      </dl>
    </>
  );
}

/** What will happen to one resource: whether it is needed, steps, proof, undo, and what could stop it. */
export function PreviewOfOne({ preview }: { preview: Preview }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  return (
    <>
      <ProbeLine preview={preview} />
      {preview.steps.length > 0 && (
        <>
          <h2>{t("what")}</h2>
          <ol className="sheet-steps">
            {preview.steps.map((step) => (
              <li key={step.en}>{local(step)}</li>
            ))}
          </ol>
        </>
      )}
      <h2>{t("proof")}</h2>
      <p>{local(preview.proof)}</p>
      <h2>{t("guards")}</h2>
      <Guards guards={preview.guards} />
      <h2>{t("undo")}</h2>
      <p>{preview.undo ? local(preview.undo) : t("noUndo")}</p>
    </>
  );
}

function Guards({ guards }: { guards: readonly GuardVerdict[] }) {
  const { t } = useTranslation("actions");
  const local = useLocalText();
  if (guards.length === 0) return <p>{t("noGuards")}</p>;
  return (
    <ul className="guards">
      {guards.map((guard) => (
        <li key={guard.guard} className={guard.allowed ? "guard-allowed" : "guard-refused"}>
          {guard.allowed ? (
            <CheckCircleIcon aria-hidden="true" />
          ) : (
            <ExclamationCircleIcon aria-hidden="true" />
          )}
          <span>
            <strong>{guard.allowed ? t("allowed") : t("refused")}</strong> {local(guard.text)}
            {!guard.allowed && guard.opensWithReason && ` (${t("opensWithReason")})`}
          </span>
        </li>
      ))}
    </ul>
  );
}
