import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { clusterColumns } from "../clusters/columns.ts";

/** The pods of all clusters. */
export default function Pods() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="pod" title={t("pages.pods")} columns={clusterColumns.pod} />;
}
