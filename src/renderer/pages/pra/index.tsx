import "../../styles/pra.css";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PraSummary } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatNumber } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { Against } from "./Against.tsx";
import { SideLabel, Toned } from "./labels.tsx";
import { useModeWords } from "./mode-words.ts";
import { readinessTone } from "./reading.ts";

/** Every disaster-recovery plan: what serves where, how ready it is, and its figures against what was promised. */
export default function PraPlans() {
  const { t } = useTranslation(["pra", "common"]);
  const { value, error, retry } = useConsole().pra;
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value?.plans.length === 0 && (
        <Notice tone="info" title={t("none")}>
          <p>{t("noneHint")}</p>
        </Notice>
      )}
      {value && value.plans.length > 0 && <PlanTable plans={value.plans} />}
    </div>
  );
}

function PlanTable({ plans }: { plans: readonly PraSummary[] }) {
  const { t } = useTranslation("pra");
  return (
    <div className="pra-scroller">
      <Table variant="compact" aria-label={t("title")} className="plain-table pra-plans">
        <Thead>
          <Tr>
            <Th modifier="wrap">{t("columns.plan")}</Th>
            <Th modifier="wrap">{t("columns.serves")}</Th>
            <Th modifier="wrap">{t("columns.readiness")}</Th>
            <Th modifier="wrap">{t("columns.rto")}</Th>
            <Th modifier="wrap">{t("columns.rpo")}</Th>
            <Th modifier="wrap">{t("columns.run")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {plans.map((plan) => (
            <PlanRow key={plan.id} plan={plan} />
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function PlanRow({ plan }: { plan: PraSummary }) {
  const { t } = useTranslation("pra");
  const modeWords = useModeWords();
  const local = useLocalText();
  const language = useLanguage();
  const { readiness, running } = plan;
  return (
    <Tr>
      <Td>
        <a href={placeTo("pra", plan.id)}>{local(plan.title)}</a>
        <p className="quiet">{t("carry", plan)}</p>
      </Td>
      <Td>
        <SideLabel side={plan.side} sites={plan} />
      </Td>
      <Td>
        <Toned
          tone={readinessTone(readiness)}
          words={
            readiness.figure === null
              ? t("notEvaluated")
              : t("readinessOf", { figure: formatNumber(readiness.figure, language, 0) })
          }
        />
      </Td>
      <Td>
        <Against value={plan.forecast.value} limit={plan.forecast.rto} unknown={t("rtoUnknown")} />
      </Td>
      <Td>
        <Against value={plan.dataAtRisk.value} limit={plan.dataAtRisk.rpo} unknown={t("rpoUnknown")} />
      </Td>
      <Td>{running && <a href={placeTo("pra", "run", running.run)}>{modeWords(running)}</a>}</Td>
    </Tr>
  );
}
