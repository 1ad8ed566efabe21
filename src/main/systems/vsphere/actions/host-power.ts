import { z } from "zod";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { type HostNow, hostReference, readHost } from "./host-reading.ts";
import { notConnected, notConnectedBy, notInMaintenance, onHosts } from "./host-words.ts";
import { begin, failureOf, runningTask, usualTaskTimes, type VsphereActionParts } from "./task.ts";

type None = Record<string, never>;
const none = z.strictObject({});

/** Milliseconds: a boot time that vCenter reckons from the uptime wavers by some seconds. */
const sameBoot = 30_000;
/** Milliseconds after which a host that still runs as before has not been told to go down. */
const wouldBeDown = 900_000;
/** Seconds for a host to come up from standby. */
const wakeSeconds = 900;

const noBootTime = text(
  "vCenter does not tell when the host has booted, so that a reboot could not be proven.",
  "vCenter n'indique pas le démarrage de l'hôte : un redémarrage ne pourrait pas être prouvé.",
);
const bootedAnew = text(
  "The host has booted anew and is connected.",
  "L'hôte a redémarré et il est connecté.",
);
const asBefore = text(
  "The host runs since the same boot as before.",
  "L'hôte fonctionne depuis le même démarrage qu'avant.",
);
const isAway = text("vCenter does not reach the host now.", "vCenter n'atteint pas l'hôte actuellement.");
const isDown = text(
  "vCenter's task has ended well, and the host does not answer it any more.",
  "La tâche de vCenter s'est bien terminée et l'hôte ne lui répond plus.",
);
const isUp = text("The host is on and connected.", "L'hôte est allumé et connecté.");
const inStandby = text("The host is in standby.", "L'hôte est en veille.");
const notInStandby = text("The host is not in standby.", "L'hôte n'est pas en veille.");

/** Reboot and shutdown of a host in maintenance mode, and out of standby; proven by its boot time and connection. */
export function hostPowerActions(parts: VsphereActionParts): Action[] {
  return [rebootAction(parts), shutdownAction(parts), wakeAction(parts)] as unknown as Action[];
}

function rebootAction(parts: VsphereActionParts): Action<None> {
  return {
    ...goingDown(parts),
    id: "vsphere.host-reboot",
    title: text("Reboot", "Redémarrer"),
    verb: text("Reboot", "Redémarrer"),
    describe: () => ({
      steps: [
        text("Have vCenter reboot the host.", "Faire redémarrer l'hôte par vCenter."),
        text("Wait until it is connected again.", "Attendre qu'il soit de nouveau connecté."),
      ],
      proof: text(
        "vCenter shows another boot time, and the host is connected.",
        "vCenter indique un autre démarrage et l'hôte est connecté.",
      ),
      undo: null,
    }),
    async probe(context) {
      const host = await hostNow(parts, context);
      const observed = observedOf(parts, host);
      const objection = objectionTo(host) ?? (host.bootedAt === null ? noBootTime : null);
      if (objection) return { state: "impossible", text: objection, observed };
      const since = minuteInWords(host.bootedAt ?? 0);
      const words = text(`It runs since ${since}.`, `Il fonctionne depuis le ${since}.`);
      return { state: "needed", text: words, observed };
    },
    apply: (context) => send(parts, context, "RebootHost_Task"),
    async verify(context, _input, { observed }, { data }) {
      const failed = await failureOf(parts, context, data.task);
      return failed ?? awaitBoot(parts, context, Number(observed.bootedAt));
    },
    async settle(context, _input, { observed }): Promise<Settlement> {
      const host = await hostNow(parts, context);
      const data = { bootedAt: host.bootedAt, connection: host.connection };
      if (hasBooted(host, Number(observed.bootedAt))) return { effect: "happened", text: bootedAnew, data };
      return { ...(await stillRuns(parts, context, host, observed.at, "HostSystem.reboot")), data };
    },
  };
}

function shutdownAction(parts: VsphereActionParts): Action<None> {
  return {
    ...goingDown(parts),
    id: "vsphere.host-shutdown",
    title: text("Shut down", "Arrêter"),
    verb: text("Shut down", "Arrêter"),
    describe: () => ({
      steps: [
        text(
          "Have vCenter shut the host down; it is switched on again by its own management controller or by hand.",
          "Faire arrêter l'hôte par vCenter ; il se rallume par son propre contrôleur de gestion ou à la main.",
        ),
      ],
      proof: isDown,
      undo: null,
    }),
    async probe(context) {
      const host = await hostNow(parts, context);
      const observed = observedOf(parts, host);
      if (host.power === "poweredOff") return { state: "done", text: isAway, observed };
      const objection = objectionTo(host);
      if (objection) return { state: "impossible", text: objection, observed };
      return { state: "needed", text: asBefore, observed };
    },
    apply: (context) => send(parts, context, "ShutdownHost_Task"),
    async verify(context, _input, _probe, { data }) {
      return (
        (await failureOf(parts, context, data.task)) ??
        awaitHost(parts, context, isAwayNow, isDown, text("The host still answers.", "L'hôte répond encore."))
      );
    },
    async settle(context, _input, { observed }): Promise<Settlement> {
      const host = await hostNow(parts, context);
      const data = { power: host.power, connection: host.connection };
      // Only its power tells; that it is not reached may have another cause.
      if (host.power === "poweredOff") return { effect: "happened", text: isAway, data };
      return { ...(await stillRuns(parts, context, host, observed.at, "HostSystem.shutdown")), data };
    },
  };
}

function wakeAction(parts: VsphereActionParts): Action<None> {
  return {
    ...onHosts(parts),
    id: "vsphere.host-power-on",
    title: text("Power on from standby", "Sortir de veille"),
    verb: text("Power on", "Allumer"),
    risk: "safe",
    effect: "once",
    input: none,
    fields: [],
    bulk: false,
    idle: ({ facts }: Resource) => (facts["power.state"]?.value === "sleeping" ? null : notInStandby),
    describe: () => ({
      steps: [
        text(
          "Have vCenter wake the host by IPMI or Wake-on-LAN.",
          "Faire réveiller l'hôte par vCenter (IPMI ou Wake-on-LAN).",
        ),
      ],
      proof: isUp,
      undo: null,
    }),
    async probe(context) {
      const host = await hostNow(parts, context);
      const observed = observedOf(parts, host);
      if (host.power === "poweredOn") return { state: "done", text: isUp, observed };
      if (host.power !== "standBy") return { state: "impossible", text: notInStandby, observed };
      return { state: "needed", text: inStandby, observed };
    },
    apply: (context) =>
      send(parts, context, "PowerUpHostFromStandBy_Task", `<timeoutSec>${wakeSeconds}</timeoutSec>`),
    async verify(context, _input, _probe, { data }) {
      return (
        (await failureOf(parts, context, data.task)) ?? awaitHost(parts, context, isUpNow, isUp, inStandby)
      );
    },
    async settle(context): Promise<Settlement> {
      const host = await hostNow(parts, context);
      const data = { power: host.power, connection: host.connection };
      return isUpNow(host)
        ? { effect: "happened", text: isUp, data }
        : { effect: "unknown", text: inStandby, data };
    },
  };
}

/** What reboot and shutdown have in common: a host in maintenance mode, once. */
function goingDown(parts: VsphereActionParts) {
  return {
    ...onHosts(parts),
    risk: "disruptive" as const,
    effect: "once" as const,
    input: none,
    fields: [],
    bulk: false,
    idle: (host: Resource) =>
      notConnectedBy(host) ?? (host.facts["hypervisor.maintenance"]?.value === false ? enterFirst : null),
  };
}

const enterFirst = text(
  `${notInMaintenance.en} Its VMs would be lost: let it enter maintenance mode first.`,
  `${notInMaintenance.fr} Ses VM seraient perdues : passez-le d'abord en mode maintenance.`,
);

function objectionTo({ connection, maintenance }: HostNow): LocalText | null {
  if (connection !== "connected") return notConnected;
  return maintenance === true ? null : enterFirst;
}

function hostNow(
  parts: VsphereActionParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
) {
  return readHost(parts.session, hostReference(parts.system, resource).id, signal);
}

function observedOf(parts: VsphereActionParts, { bootedAt, maintenance, connection, power }: HostNow) {
  return { bootedAt, maintenance, connection, power, at: parts.now() };
}

async function send(parts: VsphereActionParts, context: ActionContext, method: string, parameters?: string) {
  const on = hostReference(parts.system, context.resource);
  const force = parameters ?? "<force>false</force>";
  const task = await begin(parts, context, { method, on, parameters: force });
  context.progress(text("vCenter has taken it on.", "vCenter a pris la demande."), null, "accepted");
  return { data: { task: task?.id ?? null } };
}

function hasBooted({ bootedAt, connection }: HostNow, before: number): boolean {
  return connection === "connected" && bootedAt !== null && bootedAt > before + sameBoot;
}

function isAwayNow({ connection, power }: HostNow): boolean {
  return connection !== "connected" || power === "poweredOff";
}

function isUpNow({ connection, power }: HostNow): boolean {
  return connection === "connected" && power === "poweredOn";
}

async function awaitBoot(
  parts: VsphereActionParts,
  context: ActionContext,
  before: number,
): Promise<Verification> {
  let wasAway = false;
  return awaitHost(
    parts,
    context,
    (host) => {
      if (isAwayNow(host) && !wasAway) {
        wasAway = true;
        context.progress(text("The host is down.", "L'hôte est arrêté."), null, "seen-off");
      }
      return hasBooted(host, before);
    },
    bootedAnew,
    asBefore,
  );
}

/** Looks at a host until it is as it should be. */
async function awaitHost(
  parts: VsphereActionParts,
  context: ActionContext,
  holds: (host: HostNow) => boolean,
  done: LocalText,
  otherwise: LocalText,
): Promise<Verification> {
  const { look, hostPatience } = { ...usualTaskTimes, ...parts.times };
  const until = parts.now() + hostPatience;
  for (;;) {
    const host = await hostNow(parts, context);
    const data = { bootedAt: host.bootedAt, connection: host.connection, power: host.power };
    if (holds(host)) return { proven: true, text: done, data };
    if (parts.now() > until) {
      return { proven: false, text: isAwayNow(host) ? isAway : otherwise, data };
    }
    await parts.wait(look, context.signal);
  }
}

/** What a host that has not gone down yet says about a request whose answer was lost. */
async function stillRuns(
  parts: VsphereActionParts,
  context: ActionContext,
  host: HostNow,
  askedAt: unknown,
  operation: string,
): Promise<Pick<Settlement, "effect" | "text">> {
  if (isAwayNow(host)) return { effect: "unknown", text: isAway };
  const under = await runningTask(parts, host, [operation], context.signal);
  const isLong = typeof askedAt === "number" && parts.now() - askedAt > wouldBeDown;
  return { effect: under === null && isLong ? "did-not-happen" : "unknown", text: asBefore };
}
