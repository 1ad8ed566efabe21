import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { formatDuration } from "../../widgets/format.ts";
import { clockWords, stepOf } from "./clock-words.ts";
import { Toned } from "./labels.tsx";
import { useMoment } from "./use-moment.ts";

/** The tiers that have to serve before the RTO that the clock shows, which is the longest, and do not all serve yet. */
export function TierClocks({ view: { clock, tiers } }: { view: Pick<PraRunView, "clock" | "tiers"> }) {
  const earlier = tiers.filter(
    ({ rto, servedAt }) =>
      clock.endedAt === null && clock.rto !== null && rto < clock.rto && servedAt === null,
  );
  if (earlier.length === 0) return null;
  return (
    <ul className="tier-clocks">
      {earlier.map((tier) => (
        <TierClock key={tier.id} tier={tier} startedAt={clock.startedAt} />
      ))}
    </ul>
  );
}

function TierClock({ tier, startedAt }: { tier: PraRunView["tiers"][number]; startedAt: number }) {
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const { title, rto, applications, serving } = tier;
  const coarse = useMoment(10_000);
  const now = useMoment(stepOf(startedAt + rto - coarse));
  const left = startedAt + rto - Math.max(now, startedAt);
  const time =
    left < 0
      ? t("run.late", { time: clockWords(-left, language) })
      : t("run.leftOf", { time: clockWords(left, language), rto: formatDuration(rto, language) });
  const words = `${t("run.tierClock", { tier: local(title), time })} · ${t("run.tier", { serving, count: applications })}`;
  return (
    <li className="figure">{left < 0 ? <Toned tone="critical" words={words} /> : <span>{words}</span>}</li>
  );
}
