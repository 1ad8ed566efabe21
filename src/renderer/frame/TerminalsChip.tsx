import { useTranslation } from "react-i18next";
import { useOpenTerminals } from "../state/open-terminals.ts";
import { TerminalIcon } from "../widgets/icons.ts";
import { OpenListChip } from "./OpenListChip.tsx";

/** The shells that are open now, each a link back to its screen. */
export function TerminalsChip() {
  const { t } = useTranslation("terminal");
  const open = useOpenTerminals((terminals) => terminals.open);
  return (
    <OpenListChip
      open={open}
      view="terminal"
      label={t("openList")}
      icon={<TerminalIcon aria-hidden="true" />}
    >
      {t("open", { count: open.length })}
    </OpenListChip>
  );
}
