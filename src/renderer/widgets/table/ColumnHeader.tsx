import { useTranslation } from "react-i18next";
import type { ListQuery } from "../../../shared/live.ts";
import { useLocalText } from "../../i18n/index.ts";
import { SortableHead } from "../grid/SortableHead.tsx";
import { factLabel, isBuiltIn, isFigure } from "./columns.ts";

/** The words of a column: a built-in one from the translations, a fact's from its definition. */
export function useColumnLabel(): (column: string) => string {
  const { t } = useTranslation("list");
  const local = useLocalText();
  return (column) =>
    column === "name" || isBuiltIn(column) ? t(`column.${column}`) : local(factLabel(column));
}

/** A column's head; a click sorts by it, a second one turns the order round. */
export function ColumnHeader({
  column,
  sort,
  onSort,
}: {
  column: string;
  sort: ListQuery["sort"];
  onSort: (column: string) => void;
}) {
  return (
    <SortableHead
      by={column}
      label={useColumnLabel()(column)}
      sort={sort}
      onSort={onSort}
      className={isFigure(column) ? "cell-figure" : undefined}
    />
  );
}
