import { useTranslation } from "react-i18next";
import type { JudgedPlan } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Notice } from "../../widgets/Notice.tsx";

/** Steps that are named; a plan of thousands needs few rights. */
const mostNamed = 5;

/** Before a start: the rights that are missing, step by step, and who could start the plan and approve at its gates. */
export function PlanRights({ rights }: { rights: NonNullable<JudgedPlan["rights"]> }) {
  const { t } = useTranslation(["procedures", "people"]);
  const local = useLocalText();
  const { missing, starters, approvers } = rights;
  const names = (people: readonly { name: string }[]) =>
    people.length === 0 ? t("people:whoNobody") : people.map(({ name }) => name).join(", ");
  return (
    <>
      {missing.length > 0 && (
        <Notice tone="warning" title={t("rights.missing", { count: missing.length })}>
          <ul>
            {missing.slice(0, mostNamed).map(({ node, title, text }) => (
              <li key={node}>
                <strong>{local(title)}</strong> {local(text)}
              </li>
            ))}
            {missing.length > mostNamed && <li>{t("rights.more", { count: missing.length - mostNamed })}</li>}
          </ul>
          <p>
            {t("rights.starters", { names: names(starters) })}{" "}
            <a href={placeTo("people")}>{t("rights.people")}</a>
          </p>
        </Notice>
      )}
      {approvers !== null && <p className="quiet">{t("rights.approvers", { names: names(approvers) })}</p>}
    </>
  );
}
