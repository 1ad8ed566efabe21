import { Button } from "@patternfly/react-core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../../../shared/plan.ts";
import type { PraRunView } from "../../../shared/pra.ts";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatDuration } from "../../widgets/format.ts";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { useTimedWords } from "../../widgets/ticker.ts";
import { Decision } from "../procedures/Decision.tsx";
import type { Standing } from "../procedures/reading.ts";
import { useDecision } from "../procedures/use-decision.ts";
import { useBusy } from "../topology/use-busy.ts";
import { Approval } from "./Approval.tsx";
import { useEnterLeadsTo } from "./use-enter-leads-to.ts";
import { keyOf, useHeldNext } from "./use-held-next.ts";

type Next = NonNullable<PraRunView["next"]>;

/** What a person has to do next, the gravest alone, with the buttons for it. It is not changed under the pointer. */
export function NextThing({ view, frame, plan }: { view: PraRunView; frame: RunFrame; plan: Plan }) {
  const { t } = useTranslation("pra");
  const { busy, watch } = useBusy();
  const { shown, newer, showNewer } = useHeldNext(view.next, busy, ({ kind, node }) => {
    if (kind === "resume") return view.run.status === "paused";
    const standing = standingOf(node, frame, plan);
    return standing === null || isOpen(standing, kind);
  });
  const reach = useEnterLeadsTo();
  const both = useCallback(
    (element: HTMLElement | null) => {
      reach.current = element;
      return watch(element);
    },
    [reach, watch],
  );
  const ended = view.run.endedAt !== null;
  return (
    <section
      ref={both}
      className={`panel pra-next ${shown === null ? "" : `is-${shown.kind}`}`}
      aria-labelledby="pra-next"
    >
      <h2 id="pra-next">{t(ended && shown === null ? "run.outcome" : "run.next")}</h2>
      {shown === null && ended && <Ended view={view} />}
      {shown === null && !ended && <p className="quiet">{t("run.nothingForYou")}</p>}
      {shown !== null && <Shown key={keyOf(shown)} next={shown} view={view} frame={frame} plan={plan} />}
      {newer && (
        <Notice tone="warning" title={t("run.newer")}>
          <Button variant="secondary" size="sm" onClick={showNewer}>
            {t("run.showNewer")}
          </Button>
        </Notice>
      )}
    </section>
  );
}

function Shown({ next, view, frame, plan }: { next: Next; view: PraRunView; frame: RunFrame; plan: Plan }) {
  const local = useLocalText();
  const standing = standingOf(next.node, frame, plan);
  // A gate or a step says in its own part what it is about; until its step is heard of as well, there is nothing to press.
  const decides = standing !== null && isOpen(standing, next.kind);
  return (
    <>
      <p className="pra-next-title">
        <strong>{local(next.title)}</strong>
      </p>
      {!decides && <p>{local(next.text)}</p>}
      <Asked next={next} />
      {next.kind === "resume" && <Resume run={frame.id} />}
      {decides &&
        (next.kind === "approve" ? (
          <Approval standing={standing} frame={frame} view={view} />
        ) : (
          <Decision standing={standing} frame={frame} titled={false} />
        ))}
    </>
  );
}

/** Since when it is asked, whom it waits for, and what it comes after. */
function Asked({ next: { kind, since, notBy, after } }: { next: Next }) {
  const asks = kind === "approve" || kind === "wait";
  const { t } = useTranslation("pra");
  const local = useLocalText();
  const language = useLanguage();
  const asked = useTimedWords(
    useCallback(
      (now: number) =>
        since === null
          ? ""
          : t(asks ? "run.askedSince" : "run.since", { time: formatDuration(now - since, language) }),
      [since, asks, language, t],
    ),
  );
  const other = notBy.length === 0 ? "" : t("run.notBy", { names: notBy.join(", ") });
  return (
    <>
      {(other || asked) && <p className="pra-asked">{[other, asked].filter(Boolean).join(" — ")}</p>}
      {after.length > 0 && (
        <p className="quiet">
          {t("run.after", { names: after.map(({ title }) => local(title)).join(", ") })}
        </p>
      )}
    </>
  );
}

function Resume({ run }: { run: string }) {
  const { t } = useTranslation("pra");
  const { busy, error, decide } = useDecision();
  return (
    <>
      <InsideButton
        subject={{ of: "run", run }}
        variant="primary"
        isDisabled={busy}
        onClick={() => decide(({ procedures }) => procedures.resume({ id: run }))}
      >
        {t("run.goOn")}
      </InsideButton>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

/** How the run ended, in a sentence. */
function Ended({ view: { run, to } }: { view: PraRunView }) {
  const { t } = useTranslation("pra");
  const { status } = run;
  if (status === "running" || status === "paused" || status === "waiting") return <p>{t("run.over")}</p>;
  const words =
    status === "completed" && to === null ? t("run.over") : t(`run.ended.${status}`, { to: to ?? "" });
  return (
    <p className="pra-next-title">
      <strong>{words}</strong>
    </p>
  );
}

/** Whether a step stands as the next thing takes it to: the two are told one after the other. */
function isOpen({ status: { state } }: Standing, kind: Next["kind"]): boolean {
  if (kind === "approve") return state === "waiting";
  if (kind !== "decide" && kind !== "settle") return false;
  return state !== "pending" && state !== "running" && state !== "verified" && state !== "skipped";
}

function standingOf(node: string | null, frame: RunFrame, plan: Plan): Standing | null {
  const found = plan.nodes.find(({ id }) => id === node);
  const status = frame.steps.find((step) => step.node === node);
  return found && status ? { node: found, status } : null;
}
