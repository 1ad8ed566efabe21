import { useTranslation } from "react-i18next";
import type { Maintenance } from "../../shared/maintenance.ts";
import { useLanguage } from "../i18n/index.ts";
import { formatMoment, formatTimestamp } from "./format.ts";
import { WrenchIcon } from "./icons.ts";

/**
 * That something is in maintenance: since and until when, and by whom. `short` is one word, with the rest in its tooltip.
 */
export function MaintenanceMark({
  maintenance,
  short = false,
}: {
  maintenance: Maintenance;
  short?: boolean;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { since, until, by, reason, overdue, through } = maintenance;
  const words = t(overdue ? "maintenance.overdue" : "maintenance.since", {
    since: formatMoment(since, language),
    until: formatMoment(until, language),
    by,
  });
  const more = [
    t("maintenance.times", {
      since: formatTimestamp(since, language),
      until: formatTimestamp(until, language),
    }),
    ...(reason === "" ? [] : [reason]),
  ].join(" ");
  return (
    <span
      className={overdue ? "maintenance-mark is-overdue" : "maintenance-mark"}
      title={short ? `${words} ${more}` : more}
    >
      <WrenchIcon aria-hidden="true" />
      {short ? t("maintenance.short") : words}
      {through && !short && ` ${t("maintenance.through", { name: through.name })}`}
    </span>
  );
}
