import { useTranslation } from "react-i18next";
import { useOpenScreens } from "../state/open-screens.ts";
import { DesktopIcon } from "../widgets/icons.ts";
import { OpenListChip } from "./OpenListChip.tsx";

/** The machines' screens that are open now, each a link back to it. */
export function ScreensChip() {
  const { t } = useTranslation("hands");
  const open = useOpenScreens((screens) => screens.open);
  return (
    <OpenListChip open={open} view="screen" label={t("openList")} icon={<DesktopIcon aria-hidden="true" />}>
      {t("open", { count: open.length })}
    </OpenListChip>
  );
}
