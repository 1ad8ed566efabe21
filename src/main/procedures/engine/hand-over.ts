import type { HandOverRequest } from "../../../shared/hand-over.ts";
import type { RunState } from "../../../shared/run.ts";
import { canonicalJson } from "../../journal/chain.ts";
import type { FoldedRun } from "./folded-run.ts";

/** What whoever takes a run signs. */
export function handOverRequest(
  run: Pick<FoldedRun, "id" | "plan" | "leader">,
  { to, reason, at }: { to: string; reason: string; at: number },
): HandOverRequest {
  const { procedure, hash: planHash } = run.plan;
  return { version: 1, run: run.id, procedure, planHash, from: run.leader, to, reason, at };
}

/** The words that are signed: canonical JSON (RFC 8785), without a line feed at its end. */
export function handOverText(request: HandOverRequest): string {
  return canonicalJson(request);
}

/** The last hand-over of a run as it is shown; undefined where there was none. */
export function handOverState({ handOver }: Pick<FoldedRun, "handOver">): RunState["handOver"] {
  if (handOver === null) return undefined;
  const { from, to, reason, at } = handOver.request;
  const { signed } = handOver;
  return {
    ...{ from, to, reason, at },
    request: handOverText(handOver.request),
    signed: signed && { at: signed.at, fingerprint: signed.by.fingerprint },
  };
}
