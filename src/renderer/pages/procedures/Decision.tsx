import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useOutside } from "../../state/outside.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { StepStateLabel } from "./labels.tsx";
import { ProbeNow } from "./ProbeNow.tsx";
import { type Choice, choices, obstacleTo, type Standing } from "./reading.ts";
import { SecondPerson } from "./SecondPerson.tsx";
import { useDecision } from "./use-decision.ts";

/**
 * What a person has to decide: a gate, or a step that failed or whose effect is unknown, with what is known of it, what
 * its probe says now, and each choice with its consequence.
 */
export function Decision({
  standing,
  frame,
  titled = true,
}: {
  standing: Standing;
  frame: RunFrame;
  /** Whether it says which step it is, and what a gate waits for; false where that stands above it. */
  titled?: boolean;
}) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const { node, status } = standing;
  const id = useId();
  const [reason, setReason] = useState("");
  const { busy, error, decide } = useDecision();
  const gate = node.kind === "gate" && status.state === "waiting" ? node.gate : null;
  const ended = frame.endedAt !== null;
  return (
    <>
      {(titled || gate === null) && (
        <p>
          <StepStateLabel state={status.state} /> {titled && <strong>{local(node.title)}</strong>}
        </p>
      )}
      {gate ? (
        <p className="gate-text">{local(gate.text)}</p>
      ) : (
        <>
          <h3>{t("known")}</h3>
          <p>{status.reason ? local(status.reason) : t("nothingKnown")}</p>
          {node.kind === "action" && <ProbeNow key={status.since} action={node.action} />}
        </>
      )}
      {status.blockedBy && (titled || gate === null) && (
        <p className="quiet">{local(status.blockedBy.text)}</p>
      )}
      {!ended && (
        <div className="field">
          <label htmlFor={id}>{t("reasonFor")}</label>
          <input
            id={id}
            type="text"
            autoComplete="off"
            maxLength={1000}
            aria-describedby={`${id}-hint`}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <p id={`${id}-hint`} className="quiet">
            {t(gate ? "reasonToRefuse" : "reasonNeeded")}
          </p>
        </div>
      )}
      {error && <ErrorNotice error={error} />}
      {gate && !ended ? (
        <Gate standing={standing} frame={frame} reason={reason} busy={busy} decide={decide} />
      ) : (
        <Choices
          standing={standing}
          frame={frame}
          reason={reason}
          busy={busy}
          choose={(choice) => decide((client) => carryOut(client, choice, standing, frame, reason))}
        />
      )}
    </>
  );
}

function Gate({
  standing,
  frame,
  reason,
  busy,
  decide,
}: {
  standing: Standing;
  frame: RunFrame;
  reason: string;
  busy: boolean;
  decide: ReturnType<typeof useDecision>["decide"];
}) {
  const { t } = useTranslation("runs");
  const { node } = standing;
  const { id, planHash } = frame;
  const answer = (accept: boolean) =>
    decide(({ procedures }) => procedures.approve({ id, node: node.id, accept, planHash, reason }));
  const second = node.kind === "gate" && node.gate.approvers === 2;
  return (
    <>
      <p className="quiet">{t("gatePlan", { hash: planHash.slice(0, 12) })}</p>
      {second && (
        <SecondPerson standing={standing} frame={frame} reason={reason} busy={busy} decide={decide} />
      )}
      <fieldset className="button-row" aria-label={t("gate")}>
        {!second && (
          <Button variant="primary" isDisabled={busy} onClick={() => answer(true)}>
            {t("approve")}
          </Button>
        )}
        <Button variant="secondary" isDisabled={busy || reason.trim() === ""} onClick={() => answer(false)}>
          {t("refuse")}
        </Button>
      </fieldset>
    </>
  );
}

const needReason: ReadonlySet<Choice> = new Set(["adopt", "skip", "compensate"]);
/** What speaks to the far side; the rest is a person's word. */
const needInside: ReadonlySet<Choice> = new Set(["settle", "retry", "compensate", "rollBack"]);

function Choices({
  standing,
  frame,
  reason,
  busy,
  choose,
}: {
  standing: Standing;
  frame: RunFrame;
  reason: string;
  busy: boolean;
  choose: (choice: Choice) => void;
}) {
  const { t } = useTranslation("runs");
  const id = useId();
  const run = {
    ended: frame.endedAt !== null,
    rollingBack: frame.rollingBack,
    pastNoReturn: frame.pastNoReturn != null,
  };
  const local = useLocalText();
  const outside = useOutside({ of: "run", run: frame.id });
  const hintOf = (choice: Choice, { node }: Standing) => {
    const other =
      node.kind === "action" && node.compensate?.kind === "action" ? node.compensate.action : null;
    if (choice !== "compensate") return t(`${choice}Hint`);
    return t("compensateHint", { action: other ? local(other.title) : "", target: other?.target.name ?? "" });
  };
  const offered = choices.filter((choice) => choice !== "settle" || standing.node.kind === "action");
  // What is tried first: it asks, or tries again, and takes nothing upon anybody.
  const mends = (["settle", "retry"] as const).find((choice) => obstacleTo(choice, standing, run) === null);
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t("choices")}</h3>
      <ul className="choices">
        {offered.map((choice) => {
          const obstacle = obstacleTo(choice, standing, run);
          const isOutside = outside !== null && needInside.has(choice);
          const unreasoned = needReason.has(choice) && reason.trim() === "";
          return (
            <li key={choice}>
              <Button
                variant={choice === mends ? "primary" : "secondary"}
                size="sm"
                isDisabled={busy || obstacle !== null || (unreasoned && !isOutside)}
                isAriaDisabled={isOutside}
                aria-describedby={`${id}-${choice}`}
                onClick={() => choose(choice)}
              >
                {t(choice)}
              </Button>
              <span id={`${id}-${choice}`} className="quiet">
                {obstacle !== null
                  ? t(`obstacle.${obstacle}`)
                  : isOutside
                    ? local(outside)
                    : hintOf(choice, standing)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function carryOut(
  { procedures, tasks }: Client,
  choice: Choice,
  { node, status }: Standing,
  { id }: RunFrame,
  reason: string,
): Promise<unknown> {
  switch (choice) {
    case "settle":
      return status.task === null ? Promise.resolve() : tasks.settle({ id: status.task });
    case "retry":
      return procedures.retry({ id, node: node.id, reason });
    case "adopt":
      return procedures.adopt({ id, node: node.id, reason });
    case "skip":
      return procedures.skip({ id, node: node.id, reason });
    case "compensate":
      return procedures.compensate({ id, node: node.id, reason });
    case "rollBack":
      return procedures.rollBack({ id, reason });
  }
}
