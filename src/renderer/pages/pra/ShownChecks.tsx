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
          <h3>{figure === null ? t("readiness") : t("approval.readiness", { figure })}</h3>
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

/** Each thing that was found, once, after the names of all that it was found of. */
function Checks({ checks }: { checks: readonly ReadinessCheck[] }) {
  const local = useLocalText();
  const found = Map.groupBy(checks, ({ state, text }) => `${state} ${local(text)}`);
  return (
    <ul className="pra-losses">
      {[...found].map(([key, [first, ...more]]) =>
        first === undefined ? null : (
          <li key={key}>
            <span>
              {[first, ...more]
                .map(({ title, resourceName }) => nameOf(local(title), resourceName))
                .join(", ")}
            </span>
            <span>
              <CheckStateLabel state={first.state} /> {local(first.text)}
            </span>
          </li>
        ),
      )}
    </ul>
  );
}

function nameOf(title: string, resource: string | null): string {
  return resource === null || resource === title ? title : `${title} ${resource}`;
}
