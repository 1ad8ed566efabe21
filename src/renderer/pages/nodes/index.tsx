import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { clusterColumns } from "../clusters/columns.ts";

/** The nodes of all clusters. */
export default function Nodes() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="node" title={t("pages.nodes")} columns={clusterColumns.node} />;
}
