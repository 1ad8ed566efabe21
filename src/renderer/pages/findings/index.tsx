import "../../styles/findings.css";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ruleNames } from "../../../shared/estate-rules.ts";
import { type Finding, type FindingsFrame, mostFindings } from "../../../shared/rules.ts";
import { useWords } from "../../i18n/index.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { FindingEntry } from "./FindingEntry.tsx";
import { NotifyMe } from "./NotifyMe.tsx";
import { useFindings } from "./use-findings.ts";

/** What rules over the estate have found, the gravest first; what is muted stands last, and can be left out. */
export default function Findings() {
  const { t } = useTranslation(["findings", "common"]);
  const { value, error, retry } = useFindings(null);
  return (
    <div className="page findings-page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      <NotifyMe />
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && <FindingList frame={value} />}
    </div>
  );
}

function FindingList({ frame }: { frame: FindingsFrame }) {
  const { t } = useTranslation("findings");
  const words = useWords("findings");
  const [rule, setRule] = useState("");
  const [withMuted, setWithMuted] = useState(true);
  const { critical, warning, muted } = frame.numbers;
  const shown = frame.findings.filter(
    (finding) => (rule === "" || finding.rule === rule) && (withMuted || finding.mute === null),
  );
  const where = ({ site, environment }: Finding) =>
    [site, environment].flatMap((id) => (id === null ? [] : [frame.names[id] ?? id])).join(", ") || null;
  const off = frame.off.map((each) => words(`rules.${each}`)).join(", ");
  return (
    <>
      <div className="finding-filter">
        <label>
          {t("rule")}{" "}
          <select value={rule} onChange={(event) => setRule(event.target.value)}>
            <option value="">{t("everyRule")}</option>
            {ruleNames.map((each) => (
              <option key={each} value={each}>
                {`${words(`rules.${each}`)} (${frame.byRule[each] ?? 0})`}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={withMuted}
            onChange={(event) => setWithMuted(event.target.checked)}
          />{" "}
          {t("withMuted", { count: muted })}
        </label>
        <span role="status">{t("numbers", { critical, warning })}</span>
      </div>
      {off !== "" && <p className="quiet">{t("off", { rules: off })}</p>}
      {frame.findings.length === 0 && <Notice tone="info" title={t("none")} />}
      {frame.findings.length >= mostFindings && <p className="quiet">{t("most", { count: mostFindings })}</p>}
      {shown.map((finding) => (
        <FindingEntry key={finding.key} finding={finding} where={where(finding)} />
      ))}
    </>
  );
}
