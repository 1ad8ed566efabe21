import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";

const columns = [
  "health",
  "site",
  "load.one",
  "memory.used",
  "disk.fullest",
  "updates.pending",
  "reboot.needed",
  "seenAt",
];

/** The physical hosts. */
export default function Hosts() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="host" title={t("pages.hosts")} columns={columns} />;
}
