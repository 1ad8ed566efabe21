import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { JournalVerdict } from "../../../shared/journal.ts";
import { useLanguage } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatNumber } from "../../widgets/format.ts";
import { LinkIcon } from "../../widgets/icons.ts";
import { Notice } from "../../widgets/Notice.tsx";

/** Verifies the hash chain on request and says what it found. */
export function ChainCheck() {
  const { t } = useTranslation("journal");
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<JournalVerdict | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const verify = async () => {
    setBusy(true);
    setError(null);
    try {
      setVerdict(await client.journal.verify());
    } catch (thrown) {
      setError(toWireError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="chain-check">
      <Button variant="secondary" size="sm" icon={<LinkIcon />} isDisabled={busy} onClick={verify}>
        {busy ? t("verifying") : t("verify")}
      </Button>
      <div className="chain-verdict" aria-live="polite">
        {verdict && !busy && <Verdict verdict={verdict} />}
        {error && <ErrorNotice error={error} retry={verify} />}
      </div>
    </div>
  );
}

function Verdict({ verdict }: { verdict: JournalVerdict }) {
  const { t } = useTranslation("journal");
  const language = useLanguage();
  if (verdict.intact) {
    return (
      <Notice
        tone="success"
        title={t("intact", {
          events: formatNumber(verdict.events, language),
          hash: verdict.lastHash.slice(0, 12),
        })}
      />
    );
  }
  const fault = t(`fault.${verdict.fault ?? "unreadable"}`);
  return (
    <Notice
      tone="warning"
      title={
        verdict.brokenAt === null
          ? t("brokenSomewhere", { fault })
          : t("broken", { sequence: verdict.brokenAt, fault })
      }
    >
      <p>{t("brokenHint")}</p>
    </Notice>
  );
}
