import type { Probe } from "../../../../shared/action.ts";
import type { DrainPlan, DrainPod } from "../../../../shared/drain.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { DrainLedger } from "../drain/ledger.ts";
import type { NodeState } from "../drain/node-pods.ts";

/** A node and its pods as a drain would find them. */
export interface DrainPreview {
  name: string;
  node: NodeState;
  ledger: DrainLedger;
}

/** The journal keeps so many characters of what a probe has seen. */
const mostCharacters = 48_000;
const mostSteps = 48;

const planWords: Record<DrainPlan, LocalText> = {
  evict: text("evict", "évincer"),
  "skip-daemon-set": text("leave (DaemonSet)", "laisser (DaemonSet)"),
  "skip-static": text("leave (static pod)", "laisser (pod statique)"),
  leaving: text("wait for its end", "attendre sa fin"),
  "asks-local-data": text("asks you: local data", "vous demande : données locales"),
  "asks-unmanaged": text("asks you: no controller", "vous demande : sans contrôleur"),
};

/** Those that hold a drain up come first, then those that leave, then those that stay. */
const order: Record<DrainPod["state"], number> = { blocked: 0, planned: 2, leaving: 3, gone: 4, stays: 5 };
const rank = ({ plan, state }: DrainPod) => (plan.startsWith("asks-") ? 1 : order[state]);

/** What a drain would do, pod by pod; `observed.pods` holds the lines (shared/drain.ts), `steps` the same in words. */
export function previewOf({ name, node, ledger }: DrainPreview): Probe {
  const pods = ledger.pods.sort((one, other) => rank(one) - rank(other));
  const { remaining, asking } = ledger;
  const blocked = remaining.filter(({ state }) => state === "blocked").length;
  const kept = fitting(pods);
  const observed = {
    cordoned: node.cordoned,
    uid: node.uid,
    evict: remaining.length,
    blocked,
    asking: asking.length,
    pods: kept,
    leftOut: pods.length - kept.length,
  };
  const steps = [
    ...(node.cordoned ? [] : [text(`Cordon ${name}.`, `Isoler ${name}.`)]),
    ...pods.slice(0, mostSteps).map(stepOf),
    ...(pods.length > mostSteps
      ? [text(`And more pods: ${pods.length - mostSteps}.`, `Et d'autres pods : ${pods.length - mostSteps}.`)]
      : []),
  ];
  if (asking.length > 0) return { state: "impossible", text: askingWords(asking), observed, steps };
  if (node.cordoned && remaining.length === 0) {
    const words = text(
      `${name} is cordoned and has no pod that would have to leave.`,
      `${name} est isolé et n'a aucun pod qui devrait partir.`,
    );
    return { state: "done", text: words, observed };
  }
  const words = text(
    `To leave ${name}: ${remaining.length} of ${pods.length} pods; held by a PodDisruptionBudget now: ${blocked}.`,
    `À évacuer de ${name} : ${remaining.length} pods sur ${pods.length} ; retenus par un PodDisruptionBudget : ${blocked}.`,
  );
  return { state: "needed", text: words, observed, steps };
}

function askingWords(asking: readonly DrainPod[]): LocalText {
  const names = asking
    .slice(0, 5)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .join(", ");
  return text(
    `Your word is needed before these are evicted (${asking.length}): ${names}. Allow the loss of local data or of unmanaged pods, or move them first.`,
    `Votre accord est requis avant d'évincer (${asking.length}) : ${names}. Acceptez la perte des données locales ou des pods sans contrôleur, ou déplacez-les d'abord.`,
  );
}

function stepOf({ namespace, name, plan, budgets, state, reason }: DrainPod): LocalText {
  const words = planWords[plan];
  const budget = budgets.map((each) => `${each.name}: ${each.allowed}`).join(", ");
  const under = budget === "" ? "" : ` [PodDisruptionBudget ${budget}]`;
  const held = state === "blocked" && reason ? reason : null;
  return text(
    `${namespace}/${name}: ${words.en}${under}${held ? `. ${held.en}` : ""}`,
    `${namespace}/${name} : ${words.fr}${under}${held ? `. ${held.fr}` : ""}`,
  );
}

/** As many lines as the journal keeps whole, those that matter most first. */
function fitting(pods: readonly DrainPod[]): DrainPod[] {
  let left = mostCharacters;
  const kept: DrainPod[] = [];
  for (const pod of pods) {
    left -= JSON.stringify(pod).length;
    if (left < 0) break;
    kept.push(pod);
  }
  return kept;
}
