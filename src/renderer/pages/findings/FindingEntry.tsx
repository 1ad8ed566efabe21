import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../../shared/rules.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { useDecision } from "../procedures/use-decision.ts";
import { MuteForm } from "./MuteForm.tsx";

/** One finding: what it is, since when, what it rests on, and what can be done about it. */
export function FindingEntry({ finding, where }: { finding: Finding; where: string | null }) {
  const { t } = useTranslation("findings");
  const local = useLocalText();
  const language = useLanguage();
  const [muting, setMuting] = useState(false);
  const { busy, error, decide } = useDecision();
  const { resource, mute, key, proposal } = finding;
  const name = resource?.name ?? t("estate");
  return (
    <article className={mute ? "finding is-muted" : "finding"} aria-label={`${name}: ${local(finding.text)}`}>
      <header>
        <HealthLabel health={finding.health} />
        <span className="finding-rule">{t(`rules.${finding.rule}`)}</span>
        {resource ? (
          <a href={placeTo("resource", resource.id)}>{name}</a>
        ) : (
          <a href={placeTo("estate")}>{name}</a>
        )}
        {where !== null && <span className="quiet">{where}</span>}
        <span className="quiet">{t("since", { at: formatMoment(finding.since, language) })}</span>
      </header>
      <p>{local(finding.text)}</p>
      {finding.evidence.length > 0 && (
        <ul className="finding-evidence" aria-label={t("evidence")}>
          {finding.evidence.map((each) => (
            <li key={local(each.text)}>
              {local(each.text)} <span className="quiet">({each.source})</span>{" "}
              {each.at !== null && <Age at={each.at} />}
            </li>
          ))}
        </ul>
      )}
      {mute && (
        <p className="quiet">
          {t("muted", { by: mute.by, until: formatMoment(mute.until, language), reason: mute.reason })}
        </p>
      )}
      {error && <ErrorNotice error={error} />}
      <div className="finding-tools">
        {proposal?.kind === "action" && (
          <Button
            component="a"
            variant="secondary"
            size="sm"
            href={`${placeTo("resource", proposal.resource)}?action=${encodeURIComponent(proposal.id)}`}
          >
            {t("act")}
          </Button>
        )}
        {proposal?.kind === "procedure" && (
          <Button component="a" variant="secondary" size="sm" href={placeTo("procedures", proposal.id)}>
            {t("procedure")}
          </Button>
        )}
        {mute ? (
          <Button
            variant="link"
            size="sm"
            isDisabled={busy}
            onClick={() => void decide((client) => client.rules.unmute({ key }))}
          >
            {t("unmute")}
          </Button>
        ) : (
          !muting && (
            <Button variant="link" size="sm" onClick={() => setMuting(true)}>
              {t("mute")}
            </Button>
          )
        )}
      </div>
      {muting && !mute && (
        <MuteForm
          name={name}
          busy={busy}
          onCancel={() => setMuting(false)}
          onMute={async (milliseconds, reason) => {
            const until = Date.now() + milliseconds;
            if (await decide((client) => client.rules.mute({ key, until, reason }))) setMuting(false);
          }}
        />
      )}
    </article>
  );
}
