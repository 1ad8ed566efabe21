import { useTranslation } from "react-i18next";
import { type Grant, type GrantStanding, spanOf } from "../../../shared/roles.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatMoment } from "../../widgets/format.ts";

/** From when until when a role is given, and what that means now; nothing of one that has no such time. */
export function RoleTime({ grant, standing }: { grant: Grant; standing: GrantStanding }) {
  const { t } = useTranslation("people");
  const language = useLanguage();
  const { from, until } = spanOf(grant);
  if (standing === "to-come") {
    const end = Number.isFinite(until)
      ? ` ${t("roleTime.until", { at: formatMoment(until, language) })}`
      : "";
    return <em> {`${t("roleTime.to-come", { at: formatMoment(from, language) })}${end}`}</em>;
  }
  if (!Number.isFinite(until)) return null;
  const at = formatMoment(until, language);
  if (standing === "ended") return <em> {t("roleTime.ended", { at })}</em>;
  return standing === "ending" ? (
    <strong> {t("roleTime.ending", { at })}</strong>
  ) : (
    <span> {t("roleTime.until", { at })}</span>
  );
}

/** Whether a role gives anything now. */
export function isInForce(standing: GrantStanding): boolean {
  return standing === "in-force" || standing === "ending";
}
