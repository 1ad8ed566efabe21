import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/index.ts";
import { formatDuration } from "../../widgets/format.ts";
import { Bar } from "./Bar.tsx";
import { Toned } from "./labels.tsx";
import { toneOf } from "./reading.ts";

/** A length of time of its limit, in words and as a bar. */
export function Against({ value, limit, unknown }: { value: number | null; limit: number; unknown: string }) {
  const { t } = useTranslation("pra");
  const language = useLanguage();
  if (value === null) return <Toned tone="unknown" words={unknown} />;
  const tone = toneOf(value, limit);
  const words = t("ofLimit", {
    value: formatDuration(value, language),
    limit: formatDuration(limit, language),
  });
  return (
    <span className="pra-against">
      {tone === "ok" ? <span className="figure">{words}</span> : <Toned tone={tone} words={words} />}
      <Bar value={value} limit={limit} tone={tone} />
    </span>
  );
}
