import { useTranslation } from "react-i18next";
import { useConsole } from "../state/console.tsx";
import { placeTo } from "../state/router.ts";
import { Age } from "../widgets/Age.tsx";
import { CubeIcon, ExclamationTriangleIcon } from "../widgets/icons.ts";

/** How old the sealed bundle is, with a warning where that is more than its schedule allows; nothing where none is wanted. */
export function BundleChip() {
  const { t } = useTranslation("frame");
  const bundle = useConsole().status.value?.bundle;
  if (!bundle) return null;
  const { madeAt, isLate, isOpened } = bundle;
  const Icon = isLate ? ExclamationTriangleIcon : CubeIcon;
  const title = t(isOpened ? "bundle.opened" : isLate ? "bundle.late" : "bundle.fine");
  return (
    <a className={`chip chip-${isLate ? "warning" : "fine"}`} href={placeTo("overview")} title={title}>
      <Icon aria-hidden="true" />
      <span>
        {t("bundle.label")} {madeAt === null ? t("bundle.none") : <Age at={madeAt} />}
      </span>
    </a>
  );
}
