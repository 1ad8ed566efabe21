import { useTranslation } from "react-i18next";
import type { PlanProblem } from "../../../shared/plan.ts";
import { useLocalText } from "../../i18n/index.ts";
import { Notice } from "../../widgets/Notice.tsx";

/** Why no plan can be made, with what to do about it. */
export function PlanProblems({ problems }: { problems: readonly PlanProblem[] }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  if (problems.length === 0) return null;
  return (
    <Notice tone="warning" title={t("sheet.problems")}>
      <ul>
        {problems.map(({ at, message, hint }) => (
          <li key={JSON.stringify([at, message.en])}>
            <strong>{at.kind === "variable" ? at.name : at.id}</strong> {local(message)} {local(hint)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
