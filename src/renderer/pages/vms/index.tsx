import { useTranslation } from "react-i18next";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";

const columns = [
  "health",
  "parent",
  "environment",
  "load.one",
  "memory.used",
  "disk.fullest",
  "updates.pending",
  "seenAt",
];

/** The virtual machines. */
export default function VirtualMachines() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="vm" title={t("pages.vms")} columns={columns} />;
}
