import { useTranslation } from "react-i18next";
import { useDrafts } from "../state/drafts.ts";
import { PencilAltIcon } from "../widgets/icons.ts";
import { OpenListChip } from "./OpenListChip.tsx";

/** The edits that are not saved, each a link back to its editor. */
export function DraftsChip() {
  const { t } = useTranslation("manifest");
  const drafts = useDrafts(({ open }) => open);
  const edited = drafts
    .filter(({ yaml, base }) => yaml !== base)
    .map(({ id, name }) => ({ key: id, id, name }));
  return (
    <OpenListChip
      open={edited}
      view="manifest"
      label={t("openList")}
      icon={<PencilAltIcon aria-hidden="true" />}
    >
      {t("open", { count: edited.length })}
    </OpenListChip>
  );
}
