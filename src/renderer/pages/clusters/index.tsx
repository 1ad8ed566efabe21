import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { clusterColumns } from "./columns.ts";

/** The clusters. */
export default function Clusters() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="cluster" title={t("pages.clusters")} columns={clusterColumns.cluster} />;
}
