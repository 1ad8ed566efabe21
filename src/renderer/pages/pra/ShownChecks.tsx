import { useTranslation } from "react-i18next";
import type { PraRunView, ReadinessCheck } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { Age } from "../../widgets/Age.tsx";
import { formatNumber } from "../../widgets/format.ts";
import { CheckStateLabel } from "./labels.tsx";

type Gate = NonNullable<PraRunView["gate"]>;

/** What a gate shows of capacity and readiness: the checks that an approval is bound to, with their figures. */
export function ShownChecks({ gate: { capacity, readiness, evaluatedAt } }: { gate: Gate }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const figure =
    readiness === null || readiness.figure === null
      ? null
      : t("readinessOf", { figure: formatNumber(readiness.figure, language, 0) });
  return (
    <>
      {capacity && (
        <>
          <h3>{t("approval.capacity")}</h3>
          {capacity.length === 0 ? (
            <p className="quiet">{t("approval.noCapacity")}</p>
          ) : (
            <Checks checks={capacity} />
          )}
        </>
      )}
      {readiness && (
        <>
          <h3>
            {t("readiness")}
            {figure !== null && `: ${figure}`}
          </h3>
          {readiness.count === 0 ? (
            <p className="quiet">{t(figure === null ? "notEvaluated" : "approval.notBlocked")}</p>
          ) : (
            <Checks checks={readiness.blocked} />
          )}
          {readiness.count > readiness.blocked.length && (
            <p className="quiet">{t("run.more", { count: readiness.count - readiness.blocked.length })}</p>
          )}
        </>
      )}
      {evaluatedAt !== null && (
        <p className="quiet">
          {t("evaluated")} <Age at={evaluatedAt} />. {t("approval.bound")}
        </p>
      )}
    </>
  );
}

function Checks({ checks }: { checks: readonly ReadinessCheck[] }) {
  const local = useLocalText();
  return (
    <ul className="pra-losses">
      {checks.map(({ id, title, resourceName, state, text }) => (
        <li key={id}>
          <span>
            {local(title)}
            {resourceName !== null && ` ${resourceName}`}
          </span>
          <span>
            <CheckStateLabel state={state} /> {local(text)}
          </span>
        </li>
      ))}
    </ul>
  );
}
