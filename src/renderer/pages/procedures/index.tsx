import "../../styles/procedures.css";
import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { ListedProcedure } from "../../../shared/procedure-calls.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { RunStatusLabel } from "./labels.tsx";
import { RunHistory } from "./RunHistory.tsx";

const openProcedures = (client: Client, signal: AbortSignal) => client.procedures.list(undefined, { signal });
const openRuns = (client: Client, signal: AbortSignal) => client.procedures.runs(undefined, { signal });

/** Every procedure with its last run and the way to its plan, then the runs there have been. */
export default function Procedures() {
  const { t } = useTranslation(["procedures", "common"]);
  const { value, error, retry } = useLive(openProcedures);
  const runs = useLive(openRuns);
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value?.procedures.length === 0 && <p className="quiet">{t("empty")}</p>}
      {value && value.procedures.length > 0 && <ProcedureTable procedures={value.procedures} />}
      <h2>{t("history")}</h2>
      {runs.error && <ErrorNotice error={runs.error} retry={runs.retry} />}
      {runs.value?.runs.length === 0 && <p className="quiet">{t("noRuns")}</p>}
      {runs.value && runs.value.runs.length > 0 && <RunHistory runs={runs.value.runs} />}
    </div>
  );
}

function ProcedureTable({ procedures }: { procedures: readonly ListedProcedure[] }) {
  const { t } = useTranslation("procedures");
  const local = useLocalText();
  return (
    <Table variant="compact" aria-label={t("title")} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("columns.procedure")}</Th>
          <Th>{t("columns.does")}</Th>
          <Th>{t("columns.steps")}</Th>
          <Th modifier="wrap">{t("columns.last")}</Th>
          <Th>{t("plan")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {procedures.map((procedure) => (
          <Tr key={procedure.id}>
            <Td>
              <a href={placeTo("procedures", procedure.id)}>{local(procedure.title)}</a>
              <p className="quiet">{t(`origin.${procedure.origin}`)}</p>
            </Td>
            <Td>
              {procedure.description && local(procedure.description)}
              {procedure.unavailable && <p className="quiet">{local(procedure.unavailable)}</p>}
            </Td>
            <Td className="figure">{procedure.steps}</Td>
            <Td>
              <LastRun run={procedure.lastRun} />
            </Td>
            <Td>
              <Button
                variant="secondary"
                size="sm"
                component="a"
                href={placeTo("procedures", procedure.id)}
                aria-label={t("planOf", { title: local(procedure.title) })}
              >
                {t("plan")}
              </Button>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function LastRun({ run }: { run: ListedProcedure["lastRun"] }) {
  const { t } = useTranslation("procedures");
  const language = useLanguage();
  if (run === null) return <span className="quiet">{t("never")}</span>;
  return (
    <>
      <RunStatusLabel status={run.status} />{" "}
      <a className="figure no-wrap" href={placeTo("runs", run.id)}>
        {formatMoment(run.startedAt, language)}
      </a>
    </>
  );
}
