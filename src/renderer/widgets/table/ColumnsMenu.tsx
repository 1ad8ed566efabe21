import { useTranslation } from "react-i18next";
import { DropPanel } from "../DropPanel.tsx";
import { ColumnsIcon } from "../icons.ts";
import { useColumnLabel } from "./ColumnHeader.tsx";
import { allColumns } from "./columns.ts";

/**
 * Chooses the columns; the list's own ones come first. They stand in the order of the choices, whatever the order of the
 * clicks.
 */
export function ColumnsMenu({
  columns,
  usual,
  onChange,
}: {
  columns: readonly string[];
  /** Those that the list begins with. */
  usual: readonly string[];
  onChange: (columns: string[]) => void;
}) {
  const { t } = useTranslation("list");
  const labelOf = useColumnLabel();
  const choices = [...usual, ...allColumns().filter((column) => !usual.includes(column))];
  return (
    <DropPanel label={t("columns")} icon={<ColumnsIcon aria-hidden="true" />}>
      <fieldset className="check-list">
        <legend className="pf-v6-screen-reader">{t("columns")}</legend>
        {choices.map((column) => (
          <label key={column}>
            <input
              type="checkbox"
              checked={columns.includes(column)}
              onChange={(event) =>
                onChange(
                  choices.filter((each) => (each === column ? event.target.checked : columns.includes(each))),
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
