import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../shared/action.ts";
import { useLanguage } from "../../i18n/index.ts";
import { TaskStateLabel } from "../../widgets/tasks/TaskStateLabel.tsx";
import { groupByOutcome } from "./groups.ts";

const named = 12;

/** How many came to which end: by state and exit code, with their names. */
export function Summary({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation("run");
  const language = useLanguage();
  return (
    <Table variant="compact" aria-label={t("summary")} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("summaryHead.outcome")}</Th>
          <Th>{t("summaryHead.hosts")}</Th>
          <Th>{t("summaryHead.which")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {groupByOutcome(tasks, language).map((group) => (
          <Tr key={`${group.state} ${group.words}`}>
            <Td>
              <TaskStateLabel state={group.state} /> {group.words}
            </Td>
            <Td className="figure">{group.tasks.length}</Td>
            <Td className="quiet">
              {group.tasks
                .slice(0, named)
                .map((task) => task.resourceName)
                .join(", ")}
              {group.tasks.length > named && " …"}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
