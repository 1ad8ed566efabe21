import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PraDirection, PraMode } from "../../../shared/pra.ts";

/** What going through a plan in a mode and direction is called, such as "Planned bascule". */
export function useModeWords(): (way: { direction: PraDirection; mode: PraMode }) => string {
  const { t } = useTranslation("pra");
  return useCallback(
    ({ direction, mode }) => (direction === "bascule" ? t(`mode.bascule.${mode}`) : t(`mode.return.${mode}`)),
    [t],
  );
}
