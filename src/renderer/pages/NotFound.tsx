import { useTranslation } from "react-i18next";
import { placeTo } from "../state/router.ts";

/** A link that leads nowhere says so and offers a way on. */
export function NotFound() {
  const { t } = useTranslation("frame");
  return (
    <div className="page">
      <h1>{t("pages.notFound")}</h1>
      <p>{t("notFound")}</p>
      <p>
        <a href={placeTo("overview")}>{t("toOverview")}</a>
      </p>
    </div>
  );
}
