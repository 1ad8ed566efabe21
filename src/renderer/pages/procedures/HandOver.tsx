import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { usePeople } from "../people/use-people.ts";
import { useDecision } from "./use-decision.ts";

/** Hands a run over to another operator; nothing where the estate has no other. */
export function HandOver({ frame, onDone }: { frame: RunFrame; onDone?: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const id = useId();
  const { value: people } = usePeople();
  const leader = frame.leader ?? frame.actor;
  const others = people?.operators.filter((one) => one.id !== leader) ?? [];
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const { busy, error, decide } = useDecision();
  const chosen = to === "" ? (others[0]?.id ?? "") : to;
  if (others.length === 0) return null;
  return (
    <form
      className="panel procedure-form"
      aria-label={t("handOver")}
      onSubmit={async (event) => {
        event.preventDefault();
        const done = await decide(({ procedures }) =>
          procedures.handOver({ id: frame.id, to: chosen, reason }),
        );
        if (!done) return;
        setReason("");
        onDone?.();
      }}
    >
      <p className="quiet">{t("handOverHint")}</p>
      <div className="field">
        <label htmlFor={id}>{t("handOverTo")}</label>
        <select id={id} value={chosen} onChange={(event) => setTo(event.target.value)}>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-reason`}>{t("handOverReason")}</label>
        <input
          id={`${id}-reason`}
          type="text"
          autoComplete="off"
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      {error && <ErrorNotice error={error} />}
      <Button type="submit" variant="secondary" size="sm" isDisabled={busy || reason.trim() === ""}>
        {t("handOver")}
      </Button>
    </form>
  );
}
