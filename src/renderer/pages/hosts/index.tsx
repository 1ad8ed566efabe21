import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { hostColumns } from "./columns.ts";

/** The physical hosts. */
export default function Hosts() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="host" title={t("pages.hosts")} columns={hostColumns} />;
}
