import { useTranslation } from "react-i18next";
import { useConsole } from "../../state/console.tsx";

/** A forward opens where the console runs, and that may be another machine than the one with the browser. */
export function Elsewhere() {
  const { t } = useTranslation("forwards");
  const { about } = useConsole();
  if (about?.shell !== "browser") return null;
  return <p className="quiet">{t("elsewhere")}</p>;
}
