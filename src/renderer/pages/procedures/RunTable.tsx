import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../../../shared/procedure-calls.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatMoment } from "../../widgets/format.ts";
import { RunStatusLabel } from "./labels.tsx";
import { RunTime } from "./RunTime.tsx";

/** Runs, newest first, with how each stands or ended. */
export function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const language = useLanguage();
  return (
    <Table variant="compact" aria-label={t("list")} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("columns.state")}</Th>
          <Th>{t("columns.procedure")}</Th>
          <Th>{t("columns.by")}</Th>
          <Th>{t("columns.started")}</Th>
          <Th>{t("columns.took")}</Th>
          <Th>{t("columns.steps")}</Th>
          <Th>{t("columns.reason")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {runs.map((run) => (
          <Tr key={run.id}>
            <Td>
              <RunStatusLabel status={run.status} />
            </Td>
            <Td>
              <a href={placeTo("runs", run.id)}>{local(run.title)}</a>
            </Td>
            <Td>{run.actor}</Td>
            <Td className="figure no-wrap">{formatMoment(run.startedAt, language)}</Td>
            <Td>
              <RunTime startedAt={run.startedAt} endedAt={run.endedAt} />
            </Td>
            <Td className="figure no-wrap">
              {run.steps.done}/{run.steps.total}
            </Td>
            <Td>{run.reason && local(run.reason)}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
