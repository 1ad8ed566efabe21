import { useTranslation } from "react-i18next";
import { useConsole } from "../state/console.tsx";
import { ExclamationTriangleIcon } from "../widgets/icons.ts";

/** Says in the console of a drill that nothing there is real; on pages without a masthead it lies over them. */
export function DrillMark({ over = false }: { over?: boolean }) {
  const { t } = useTranslation("frame");
  const { about } = useConsole();
  if (!about?.drill) return null;
  return (
    <strong className={over ? "drill-mark is-over" : "drill-mark"} role="status">
      <ExclamationTriangleIcon aria-hidden="true" />
      {t("drill")}
    </strong>
  );
}
