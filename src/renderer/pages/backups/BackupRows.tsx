import { useTranslation } from "react-i18next";
import type { Protection, ProtectionFrame, ProtectionQuery } from "../../../shared/protection.ts";
import { placeTo } from "../../state/router.ts";
import { WindowedRows } from "../../widgets/list/WindowedRows.tsx";
import { BackupCells } from "./BackupCells.tsx";

const columns = ["name", "state", "age", "offSite", "tested", "next", "actions"] as const;
const widths = {
  columns: "minmax(12rem, 2fr) 8rem minmax(14rem, 1.6fr) minmax(8rem, 1fr) 7rem 9.5rem 6.5rem",
  least: "65rem",
};

interface BackupRowsProps {
  frame: ProtectionFrame;
  sort: ProtectionQuery["sort"];
  onSort: (by: ProtectionQuery["sort"]["by"]) => void;
  offset: number;
  onOffset: (offset: number) => void;
  onActions: (row: Protection) => void;
}

/** What is protected as a grid; enter opens one, A shows its actions. */
export function BackupRows({ onActions, ...props }: BackupRowsProps) {
  const { t } = useTranslation("backups");
  const { matching, total } = props.frame;
  return (
    <WindowedRows
      {...props}
      className="backup-rows"
      columns={columns.map((id) => ({
        id,
        title: t(`column.${id}`),
        ...(id !== "actions" && { by: id }),
      }))}
      widths={widths}
      caption={t("caption", { matching, total })}
      keyboard={t("keyboard")}
      placeOf={({ id }) => placeTo("backups", id)}
      cells={(row) => <BackupCells row={row} onActions={onActions} />}
      onLetter={(letter, row) => {
        if (letter === "a") onActions(row);
        return letter === "a";
      }}
    />
  );
}
