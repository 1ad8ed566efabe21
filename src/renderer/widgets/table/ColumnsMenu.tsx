import { useTranslation } from "react-i18next";
import { DropPanel } from "../DropPanel.tsx";
import { ColumnsIcon } from "../icons.ts";
import { useColumnLabel } from "./ColumnHeader.tsx";
import { allColumns } from "./columns.ts";

/** Chooses the columns; they stand in the order of the choices, whatever the order of the clicks. */
export function ColumnsMenu({
  columns,
  onChange,
}: {
  columns: readonly string[];
  onChange: (columns: string[]) => void;
}) {
  const { t } = useTranslation("list");
  const labelOf = useColumnLabel();
  return (
    <DropPanel label={t("columns")} icon={<ColumnsIcon aria-hidden="true" />}>
      <fieldset className="check-list">
        <legend className="pf-v6-screen-reader">{t("columns")}</legend>
        {allColumns().map((column) => (
          <label key={column}>
            <input
              type="checkbox"
              checked={columns.includes(column)}
              onChange={(event) =>
                onChange(
                  allColumns().filter((each) =>
                    each === column ? event.target.checked : columns.includes(each),
                  ),
                )
              }
            />
            {labelOf(column)}
          </label>
        ))}
      </fieldset>
    </DropPanel>
  );
}
