import { useTranslation } from "react-i18next";
import { vmColumns } from "../../widgets/table/hypervisor-columns.ts";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";

/** The virtual machines of all hypervisors, and those that are reached by themselves. */
export default function VirtualMachines() {
  const { t } = useTranslation("frame");
  return <ResourceTable kind="vm" title={t("pages.vms")} columns={vmColumns} />;
}
