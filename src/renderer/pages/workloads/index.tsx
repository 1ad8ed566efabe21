import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { clusterColumns } from "../clusters/columns.ts";

/** What runs in the clusters: Deployments, StatefulSets, DaemonSets and their like. */
export default function Workloads() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="workload" title={t("pages.workloads")} columns={clusterColumns.workload} />;
}
