import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { contentsOf } from "../../../shared/live.ts";
import type { Resource } from "../../../shared/resource.ts";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { clusterColumns } from "../clusters/columns.ts";
import { kindOf, type ListTab } from "./tabs.ts";

/** What is in a thing, of one kind, as the list of that kind shows it. */
export function Contents({
  resource: { id, kind: holder, name, system },
  tab,
}: {
  resource: Resource;
  tab: ListTab;
}) {
  const { t } = useTranslation("resource");
  const kind = kindOf(tab);
  const within = useMemo(() => contentsOf({ id, kind: holder, name, system }), [id, holder, name, system]);
  return (
    <ResourceTable
      kind={kind}
      title={t("contents", { what: t(`tabs.${tab}`), name })}
      columns={columnsIn(holder, kind)}
      within={within}
    />
  );
}

const repeated: Readonly<Record<string, string>> = {
  cluster: "system",
  namespace: "kubernetes.namespace",
  workload: "kubernetes.namespace",
  node: "kubernetes.node",
};
const narrowed = new Map<string, readonly string[]>();

/** The columns without the one that would say the same in each row; the same array each time. */
function columnsIn(holder: string, kind: keyof typeof clusterColumns): readonly string[] {
  const key = `${holder} ${kind}`;
  const known = narrowed.get(key);
  if (known) return known;
  const columns: readonly string[] = clusterColumns[kind];
  const narrow = columns.filter((column) => column !== repeated[holder]);
  narrowed.set(key, narrow);
  return narrow;
}
