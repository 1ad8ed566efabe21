import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { ListedNetwork, ProviderListView } from "../../../shared/allowlists.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatMoment } from "../../widgets/format.ts";
import { ExclamationTriangleIcon } from "../../widgets/icons.ts";

const columns = ["network", "state", "note", "by", "until", "declared", "letsIn"] as const;

/** The networks of a list, soonest to end first, each with what is wrong with it and what can be done. */
export function NetworkTable({ list, labelledBy }: { list: ProviderListView; labelledBy: string }) {
  const { t } = useTranslation("allowlist");
  return (
    <div className="table-scroller">
      <Table variant="compact" aria-labelledby={labelledBy} className="plain-table">
        <Thead>
          <Tr>
            {columns.map((column) => (
              <Th key={column} modifier="wrap">
                {t(`columns.${column}`)}
              </Th>
            ))}
            <Th screenReaderText={t("columns.actions")} />
          </Tr>
        </Thead>
        <Tbody>
          {list.networks.map((network) => (
            <NetworkRow key={network.id} network={network} />
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function NetworkRow({ network }: { network: ListedNetwork }) {
  const { t } = useTranslation("allowlist");
  const local = useLocalText();
  const language = useLanguage();
  const { id, state, ends, isDue, declared, problems } = network;
  const name = network.network;
  return (
    <Tr>
      <Td>
        <a href={placeTo("resource", id)}>{name}</a>
        {problems.map((problem) => (
          <p key={problem.en} className="allowlist-problem">
            <ExclamationTriangleIcon aria-hidden="true" /> {local(problem)}
          </p>
        ))}
      </Td>
      <Td>{t(`states.${state}`)}</Td>
      <Td>{network.note ?? "—"}</Td>
      <Td>{network.by ?? t("nobody")}</Td>
      <Td className={isDue ? "is-due" : ""}>{ends === null ? t("always") : formatMoment(ends, language)}</Td>
      <Td>{t(`declared.${declared}`)}</Td>
      <Td>{network.letsIn.join(", ") || "—"}</Td>
      <Td>
        <span className="allowlist-tools">
          <a
            href={`${placeTo("procedures", "change-network")}?${new URLSearchParams({ entry: id })}`}
            aria-label={t("changeOf", { name })}
          >
            {t("change")}
          </a>
          <a
            href={`${placeTo("procedures", "remove-network")}?${new URLSearchParams({ entry: id })}`}
            aria-label={t("takeOffOf", { name })}
          >
            {t("takeOff")}
          </a>
        </span>
      </Td>
    </Tr>
  );
}
