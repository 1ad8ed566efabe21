import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

const hour = 3_600_000;
/** For how long a finding may be muted, in milliseconds. */
const spans = [hour, 8 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour] as const;

/** Why a finding is muted, and for how long. */
export function MuteForm({
  name,
  busy,
  onMute,
  onCancel,
}: {
  name: string;
  busy: boolean;
  onMute: (milliseconds: number, reason: string) => Promise<void>;
  onCancel: () => void;
}) {
  const { t } = useTranslation(["findings", "common"]);
  const id = useId();
  const [reason, setReason] = useState("");
  const [span, setSpan] = useState<number>(spans[1]);
  return (
    <form
      className="finding-mute"
      aria-label={t("muteOf", { name })}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") void onMute(span, reason.trim());
      }}
    >
      <div className="field">
        <label htmlFor={`${id}-reason`}>{t("reason")}</label>
        <input
          id={`${id}-reason`}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-span`}>{t("until")}</label>
        <select id={`${id}-span`} value={span} onChange={(event) => setSpan(Number(event.target.value))}>
          {spans.map((each) => (
            <option key={each} value={each}>
              {each < 48 * hour
                ? t("hours", { count: each / hour })
                : t("days", { count: each / (24 * hour) })}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" variant="secondary" size="sm" isDisabled={busy || reason.trim() === ""}>
        {t("mute")}
      </Button>
      <Button variant="link" size="sm" onClick={onCancel}>
        {t("common:cancel")}
      </Button>
    </form>
  );
}
