import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { contentsOf, withinSchema } from "../../../shared/live.ts";
import type { Resource } from "../../../shared/resource.ts";
import { ResourceTable } from "../../widgets/table/ResourceTable.tsx";
import { columnsIn } from "./columns-in.ts";
import { kindOf, type ListTab } from "./tabs.ts";

/** What is in a thing, of one kind, as the list of that kind shows it. */
export function Contents({ resource, tab }: { resource: Resource; tab: ListTab }) {
  const { t } = useTranslation("resource");
  const kind = kindOf(tab);
  const words = JSON.stringify(contentsOf(resource));
  const within = useMemo(() => withinSchema.parse(JSON.parse(words)), [words]);
  return (
    <ResourceTable
      kind={kind}
      title={t("contents", { what: t(`tabs.${tab}`), name: resource.name })}
      columns={columnsIn(resource, kind)}
      within={within}
    />
  );
}
