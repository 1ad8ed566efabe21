import { Popover } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import { useOpenTerminals } from "../state/open-terminals.ts";
import { placeTo } from "../state/router.ts";
import { TerminalIcon } from "../widgets/icons.ts";

/** The shells that are open now, each a link back to its screen. */
export function TerminalsChip() {
  const { t } = useTranslation(["terminal", "common"]);
  const open = useOpenTerminals((terminals) => terminals.open);
  if (open.length === 0) return null;
  return (
    <Popover
      aria-label={t("openList")}
      position="bottom-end"
      closeBtnAriaLabel={t("common:close")}
      bodyContent={(hide) => (
        <ul aria-label={t("openList")}>
          {open.map(({ key, id, name }) => (
            <li key={key}>
              <a href={placeTo("resource", id, "terminal")} onClick={hide}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    >
      <button type="button" className="chip chip-plain">
        <TerminalIcon aria-hidden="true" />
        <span>{t("open", { count: open.length })}</span>
      </button>
    </Popover>
  );
}
