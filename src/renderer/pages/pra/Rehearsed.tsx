import { useTranslation } from "react-i18next";
import type { PraPassage } from "../../../shared/pra.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";

/** What came of a rehearsal, once the plan's passages tell it. */
export function Rehearsed({ passages, id }: { passages: readonly PraPassage[]; id: string }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  const figure = passages.find((passage) => passage.id === id)?.figure ?? null;
  return (
    <div role="status">
      <Notice
        tone={figure === 100 ? "success" : "info"}
        title={
          figure === null
            ? t("sheet.rehearsedUnknown")
            : t("sheet.rehearsed", { figure: formatNumber(figure, language, 0) })
        }
      >
        <p>{t("sheet.rehearsedHint")}</p>
      </Notice>
    </div>
  );
}
