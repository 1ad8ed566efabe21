import { z } from "zod";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Settlement, Verification } from "../../../actions/action.ts";
import { optionalField } from "../../../actions/optional-field.ts";
import { namesOf } from "../../guest-words.ts";
import { rightsOn } from "./guest.ts";
import { type NodeNow, type NodeSign, readNodeNow, readSign } from "./node-reading.ts";
import { nodeOf, notInCluster, onNodes } from "./node-words.ts";
import { begin, failureOf, type ProxmoxActionParts, timesOf } from "./task.ts";

const powerInput = z.strictObject({
  /** Goes down although guests run on it, which it shuts down or leaves to HA. */
  withGuests: z.boolean().default(false),
  /** Goes down although the cluster loses its quorum by it. */
  withoutQuorum: z.boolean().default(false),
});
type Input = z.infer<typeof powerInput>;
type Command = "reboot" | "shutdown";

const fields = [
  optionalField(
    "withGuests",
    text("Although VMs run on it: they are shut down", "Même si des VM y fonctionnent : elles sont arrêtées"),
    "boolean",
    false,
  ),
  optionalField(
    "withoutQuorum",
    text("Although the cluster loses its quorum meanwhile", "Même si la grappe perd son quorum entre-temps"),
    "boolean",
    false,
  ),
];

/** Milliseconds: a boot time that is reckoned from the uptime wavers by some seconds. */
const sameBoot = 30_000;
/** Milliseconds after which a node that still runs as before has not been told to go down. */
const wouldBeDown = 900_000;
/** Milliseconds for a node to go down and come up, memory tests and all. */
const usualPatience = 2_400_000;
/** How often in a row a node by itself must not answer to count as down. */
const silentLooks = 15;

/** What the actions on a node's power need; `nodePatience` in milliseconds. */
export interface NodePowerParts extends ProxmoxActionParts {
  nodePatience?: number;
}

/** Reboot and shutdown of a node, refused where the cluster would lose its quorum; proven by its boot time and the cluster. */
export function nodePowerActions(parts: NodePowerParts): Action[] {
  return [rebootAction(parts), shutdownAction(parts)] as unknown as Action[];
}

function rebootAction(parts: NodePowerParts): Action<Input> {
  return {
    ...goingDown(parts),
    id: "proxmox.node-reboot",
    title: text("Reboot", "Redémarrer"),
    verb: text("Reboot", "Redémarrer"),
    describe: () => ({
      steps: [
        text("Have Proxmox VE reboot the node.", "Faire redémarrer le nœud par Proxmox VE."),
        text("Wait until it is in the cluster again.", "Attendre qu'il soit de nouveau dans la grappe."),
      ],
      proof: text(
        "The node shows another boot time, and is in the cluster.",
        "Le nœud indique un autre démarrage et il est dans la grappe.",
      ),
      undo: null,
    }),
    async probe(context, input) {
      const node = await readNodeNow(parts, context);
      const objection = objectionTo(node, input) ?? (node.bootedAt === null ? noBootTime : null);
      const observed = observedOf(parts, node);
      if (objection) return { state: "impossible", text: objection, observed };
      return { state: "needed", text: runsSince(node), observed };
    },
    apply: (context) => send(parts, context, "reboot"),
    verify: async (context, _input, { observed }, applied) =>
      (await failureOf(parts, context, applied)) ?? awaitBoot(parts, context, Number(observed.bootedAt)),
    async settle(context, _input, { observed }): Promise<Settlement> {
      const sign = await readSign(parts, context);
      if (hasBooted(sign, Number(observed.bootedAt))) {
        return { effect: "happened", text: bootedAnew, data: { ...sign } };
      }
      return stillRuns(parts, sign, observed.at);
    },
  };
}

function shutdownAction(parts: NodePowerParts): Action<Input> {
  return {
    ...goingDown(parts),
    id: "proxmox.node-shutdown",
    title: text("Shut down", "Arrêter"),
    verb: text("Shut down", "Arrêter"),
    describe: () => ({
      steps: [
        text(
          "Have Proxmox VE shut the node down; it is switched on again by its management controller or by hand.",
          "Faire arrêter le nœud par Proxmox VE ; il se rallume par son contrôleur de gestion ou à la main.",
        ),
      ],
      proof: text(
        "The other nodes say that it is not in the cluster any more.",
        "Les autres nœuds indiquent qu'il n'est plus dans la grappe.",
      ),
      undo: null,
    }),
    async probe(context, input) {
      const node = await readNodeNow(parts, context);
      const observed = observedOf(parts, node);
      if (!node.online) return { state: "done", text: notInCluster, observed };
      const objection = objectionTo(node, input);
      if (objection) return { state: "impossible", text: objection, observed };
      return { state: "needed", text: runsSince(node), observed };
    },
    apply: (context) => send(parts, context, "shutdown"),
    verify: async (context, _input, _probe, applied) =>
      (await failureOf(parts, context, applied)) ?? awaitDown(parts, context),
    async settle(context, _input, { observed }): Promise<Settlement> {
      const sign = await readSign(parts, context);
      // That it is cut off from the others looks the same to them.
      if (sign.online === false) return { effect: "unknown", text: isAway, data: { ...sign } };
      return stillRuns(parts, sign, observed.at);
    },
  };
}

function goingDown(parts: ProxmoxActionParts) {
  return {
    ...onNodes(parts),
    rights: (resource: { id: string }) =>
      rightsOn(parts, `/nodes/${nodeOf(parts.system, resource)}`, ["Sys.PowerMgmt"]),
    risk: "disruptive" as const,
    effect: "once" as const,
    input: powerInput,
    fields,
    bulk: false,
    probeLimit: 30_000,
  };
}

/** Why a node must not go down now; null when nothing is against it. */
function objectionTo(node: NodeNow, { withGuests, withoutQuorum }: Input): LocalText | null {
  if (!node.online) return notInCluster;
  if (node.running.length > 0 && !withGuests) return stillRunning(node);
  const { without } = node;
  if (without === null || without.present >= without.needed) return null;
  // It is no choice: a node without quorum that HA looks after resets itself after a minute.
  if (node.protectedElsewhere.length > 0) return wouldFence(node);
  return withoutQuorum ? null : losesQuorum(node);
}

function stillRunning({ name, running }: NodeNow): LocalText {
  return text(
    `VMs run on ${name} (${running.length}): ${namesOf(running)}. Evacuate it first, or have them shut down with it.`,
    `Des VM fonctionnent sur ${name} (${running.length}) : ${namesOf(running)}. Évacuez-le d'abord, ou faites-les arrêter avec lui.`,
  );
}

function figures({ name, without, hasDevice }: NodeNow): LocalText {
  const { present = 0, needed = 0, expected = 0 } = without ?? {};
  const [en, fr] = hasDevice ? [" (QDevice counted)", " (QDevice compris)"] : ["", ""];
  return text(
    `Without ${name} the cluster would have ${present} of ${expected} votes${en}, and it needs ${needed}.`,
    `Sans ${name}, la grappe aurait ${present} voix sur ${expected}${fr}, et il lui en faut ${needed}.`,
  );
}

function losesQuorum(node: NodeNow): LocalText {
  const { en, fr } = figures(node);
  const [more, plus] = node.hasDevice
    ? ["", ""]
    : [" A QDevice gives two nodes a third vote.", " Un QDevice donne une troisième voix à deux nœuds."];
  return text(
    `${en} What runs would go on, but nothing could be started or changed until it is back.${more}`,
    `${fr} Ce qui tourne continuerait, mais rien ne pourrait être démarré ni modifié avant son retour.${plus}`,
  );
}

function wouldFence(node: NodeNow): LocalText {
  const { en, fr } = figures(node);
  const sids = namesOf(node.protectedElsewhere.map(({ sid }) => ({ name: sid })));
  return text(
    `${en} HA looks after guests on the other nodes (${sids}), which would then restart themselves. Take the guests out of HA for the time, or bring another vote back.`,
    `${fr} La HA s'occupe d'invités sur les autres nœuds (${sids}), qui redémarreraient alors d'eux-mêmes. Retirez ces invités de la HA pour la durée, ou rétablissez une autre voix.`,
  );
}

async function send(parts: ProxmoxActionParts, context: ActionContext, command: Command): Promise<Applied> {
  const at = { node: nodeOf(parts.system, context.resource) };
  const parameters = { command };
  const begun = await begin(parts, context, (options) =>
    parts.client.call({ request: "nodeCommand", at, parameters, ...options }),
  );
  if (begun.data.refused === undefined) {
    context.progress(text("The node has taken it on.", "Le nœud a pris la demande."), null, "accepted");
  }
  return begun;
}

function observedOf(parts: ProxmoxActionParts, { online, bootedAt, running, without }: NodeNow) {
  return {
    ...{ online, bootedAt, at: parts.now() },
    running: running.map(({ name }) => name).slice(0, 100),
    votes: without && { ...without },
  };
}

function hasBooted({ online, bootedAt }: NodeSign, before: number): boolean {
  return online !== false && bootedAt !== null && bootedAt > before + sameBoot;
}

async function awaitBoot(
  parts: NodePowerParts,
  context: ActionContext,
  before: number,
): Promise<Verification> {
  let wasAway = false;
  const until = parts.now() + (parts.nodePatience ?? usualPatience);
  for (;;) {
    const sign = await readSign(parts, context);
    if (hasBooted(sign, before)) return { proven: true, text: bootedAnew, data: { ...sign } };
    if (sign.bootedAt === null && !wasAway) {
      wasAway = true;
      context.progress(text("The node is down.", "Le nœud est arrêté."), null, "seen-off");
    }
    if (parts.now() > until) {
      return { proven: false, text: sign.bootedAt === null ? isAway : asBefore, data: { ...sign } };
    }
    await parts.wait(timesOf(parts).look, context.signal);
  }
}

async function awaitDown(parts: NodePowerParts, context: ActionContext): Promise<Verification> {
  const isAlone = parts.known.quorum === null;
  let silent = 0;
  const until = parts.now() + (parts.nodePatience ?? usualPatience);
  for (;;) {
    const sign = await readSign(parts, context);
    silent = sign.online === null && sign.bootedAt === null ? silent + 1 : 0;
    if (sign.online === false) return { proven: true, text: isAway, data: { ...sign } };
    if (isAlone && silent >= silentLooks) return { proven: true, text: isSilent, data: { ...sign } };
    if (parts.now() > until) {
      const words = sign.bootedAt === null ? isSilent : asBefore;
      return { proven: false, text: words, data: { ...sign } };
    }
    await parts.wait(timesOf(parts).look, context.signal);
  }
}

/** What a node that has not gone down yet says about a request whose answer was lost. */
function stillRuns({ now }: ProxmoxActionParts, sign: NodeSign, askedAt: unknown): Settlement {
  const data = { ...sign };
  if (sign.bootedAt === null) return { effect: "unknown", text: isAway, data };
  const isLong = typeof askedAt === "number" && now() - askedAt > wouldBeDown;
  return { effect: isLong ? "did-not-happen" : "unknown", text: asBefore, data };
}

function runsSince({ bootedAt }: NodeNow): LocalText {
  const since = minuteInWords(bootedAt ?? 0);
  return text(`It runs since ${since}.`, `Il fonctionne depuis le ${since}.`);
}

const noBootTime = text(
  "The node does not tell how long it has run, so that a reboot could not be proven.",
  "Le nœud n'indique pas depuis quand il fonctionne : un redémarrage ne pourrait pas être prouvé.",
);
const bootedAnew = text(
  "The node has booted anew and is in the cluster.",
  "Le nœud a redémarré et il est dans la grappe.",
);
const asBefore = text(
  "The node runs since the same boot as before.",
  "Le nœud fonctionne depuis le même démarrage qu'avant.",
);
const isAway = text("The node is not in the cluster any more.", "Le nœud n'est plus dans la grappe.");
const isSilent = text("The node does not answer any more.", "Le nœud ne répond plus.");
