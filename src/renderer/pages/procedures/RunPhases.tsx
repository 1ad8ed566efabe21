import { useTranslation } from "react-i18next";
import { placeTo } from "../../state/router.ts";
import { PhaseStrip } from "../pra/PhaseStrip.tsx";
import { useRunView } from "../pra/use-run-view.ts";

/** The phases of a run whose procedure has some, small; and the way to the page of the plan that it goes through. */
export function RunPhases({ id }: { id: string }) {
  const { t } = useTranslation("runs");
  const view = useRunView(id).value?.view;
  if (!view) return null;
  return (
    <>
      <PhaseStrip phases={view.phases} small />
      {view.plan && (
        <p>
          <a href={placeTo("pra", "run", id)}>{t("toPra")}</a>
        </p>
      )}
    </>
  );
}
