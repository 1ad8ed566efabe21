import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

/** Asks before a run is rolled back or ended, with a reason that the journal keeps. */
export function Sure({
  what,
  busy,
  onYes,
  onNo,
}: {
  what: "rollBack" | "cancel";
  busy: boolean;
  onYes: (reason: string) => void;
  onNo: () => void;
}) {
  const { t } = useTranslation(["runs", "common"]);
  const id = useId();
  const [reason, setReason] = useState("");
  return (
    <form
      className="panel procedure-form"
      onSubmit={(event) => {
        event.preventDefault();
        onYes(reason);
      }}
    >
      <p>
        <strong>{t(`sure.${what}`)}</strong>
      </p>
      <div className="field">
        <label htmlFor={id}>{t("reasonFor")}</label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <div className="button-row">
        <Button type="submit" variant="danger" size="sm" isDisabled={busy}>
          {t(what)}
        </Button>
        <Button variant="link" size="sm" onClick={onNo}>
          {t("common:close")}
        </Button>
      </div>
    </form>
  );
}
