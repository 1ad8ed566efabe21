import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import { EarlyEnds } from "../../early-ends.ts";
import { namesOf, reasonsOf } from "../../guest-words.ts";
import { awayData } from "../../guests-away.ts";

import { type EvacuationParts, keptFromDrs, readStanding } from "./evacuation/standing.ts";
import { hostReference, readGuests, readHost } from "./host-reading.ts";
import {
  inMaintenance,
  modeWords,
  notConnected,
  notConnectedBy,
  notInMaintenance,
  onHosts,
  whatThen,
} from "./host-words.ts";
import { begin, cancelTask, followTask, runningTask } from "./task.ts";

const enterInput = z.strictObject({
  minutes: z.coerce.number().int().min(1).max(1440).default(60),
  poweredOff: z.boolean().default(false),
});
type Enter = z.infer<typeof enterInput>;

const minute = 60_000;
/** Seconds for leaving maintenance mode, which moves nothing. */
const leaveSeconds = 600;
/** DRS is left what it moves, and what is off need not move. */
const asDrsDoes = { poweredOff: false, leaveToDrs: true };
const entering = ["HostSystem.enterMaintenanceMode"];
const leaving = ["HostSystem.exitMaintenanceMode"];

/** Into maintenance mode, followed by which VMs are still on the host; and out of it. */
export function hostMaintenanceActions(parts: EvacuationParts): Action[] {
  return [enterAction(parts) as unknown as Action, leaveAction(parts) as unknown as Action];
}

function enterAction(parts: EvacuationParts): Action<Enter> {
  const early = new EarlyEnds();
  return {
    ...onHosts(parts),
    id: "vsphere.enter-maintenance",
    title: text("Enter maintenance mode", "Passer en mode maintenance"),
    verb: text("Put into maintenance mode:", "Passer en mode maintenance :"),
    risk: "disruptive",
    effect: "convergent",
    input: enterInput,
    fields: [
      {
        name: "minutes",
        label: text("Minutes at most", "Minutes au plus"),
        type: "number",
        required: false,
        choices: [],
        initial: 60,
      },
      {
        name: "poweredOff",
        label: text("Have VMs that are off moved too", "Faire déplacer aussi les VM éteintes"),
        type: "boolean",
        required: false,
        choices: [],
        initial: false,
      },
    ],
    bulk: false,
    probeLimit: 60_000,
    idle: (host) =>
      notConnectedBy(host) ?? (host.facts["hypervisor.maintenance"]?.value === true ? inMaintenance : null),
    describe: () => ({
      steps: [
        text(
          "Have vCenter put the host into maintenance mode; DRS moves its VMs where it may.",
          "Faire passer l'hôte en mode maintenance par vCenter ; DRS déplace ses VM là où il le peut.",
        ),
      ],
      proof: inMaintenance,
      undo: text("Take it out of maintenance mode.", "Le sortir du mode maintenance."),
    }),

    async probe(context) {
      const standing = await readStanding(parts, context, asDrsDoes);
      const { host, left } = standing;
      const away = awayData(new Map(left.map(({ id }) => [id, null])));
      const observed = { maintenance: host.maintenance, away };
      if (host.connection !== "connected") return { state: "impossible", text: notConnected, observed };
      if (host.maintenance === true) return { state: "done", text: inMaintenance, observed };
      if (standing.leaving.length > 0) {
        const names = namesOf(standing.leaving);
        const words = text(
          `Nothing moves these by itself, so that it would wait in vain (${standing.leaving.length}): ${names}. Evacuate the host first; DRS is off, or not fully automated for them.`,
          `Rien ne déplace celles-ci, et l'attente serait vaine (${standing.leaving.length}) : ${names}. Évacuez d'abord l'hôte ; DRS est désactivé, ou n'est pas entièrement automatisé pour elles.`,
        );
        return { state: "impossible", text: words, observed };
      }
      const kept = await keptFromDrs(parts, standing, context.signal);
      if (kept.length > 0) {
        const why = reasonsOf(kept);
        const words = text(
          `DRS cannot move these while they run, so that it would wait in vain (${kept.length}): ${why.en}`,
          `DRS ne peut pas déplacer celles-ci tant qu'elles fonctionnent, et l'attente serait vaine (${kept.length}) : ${why.fr}`,
        );
        return { state: "impossible", text: whatThen(words), observed };
      }
      const words = text(
        `VMs that DRS moves away: ${left.length}.`,
        `VM que DRS déplacera : ${left.length}.`,
      );
      return { state: "needed", text: words, observed };
    },

    async apply(context, { minutes, poweredOff }) {
      const host = hostReference(parts.system, context.resource);
      const under = await runningTask(parts, host, entering, context.signal);
      if (under) return { data: { task: under.id } };
      const parameters = `<timeout>${minutes * 60}</timeout><evacuatePoweredOffVms>${poweredOff}</evacuatePoweredOffVms>`;
      const task = await begin(parts, context, { method: "EnterMaintenanceMode_Task", on: host, parameters });
      return { data: { task: task?.id ?? null } };
    },

    async verify(context, { minutes }, _probe, { data }): Promise<Verification> {
      const patience = minutes * minute + minute;
      const failed = await follow(parts, context, data.task, patience, early);
      const { host, leaving: on, left } = await readStanding(parts, context, asDrsDoes);
      const still = [...on, ...left];
      const observed = { maintenance: host.maintenance, left: still.map(({ name }) => name).slice(0, 100) };
      if (host.maintenance === true) return { proven: true, text: inMaintenance, data: observed };
      const why = failed ?? { en: notInMaintenance.en, fr: notInMaintenance.fr };
      const names = still.length === 0 ? "" : namesOf(still);
      const words = names
        ? text(`${why.en} VMs still on it: ${names}.`, `${why.fr} VM encore présentes : ${names}.`)
        : text(why.en, why.fr);
      return { proven: false, disproven: failed !== null, text: words, data: observed };
    },

    async settle({ resource, signal }) {
      const reference = hostReference(parts.system, resource);
      const { maintenance } = await readHost(parts.session, reference.id, signal);
      const data = { maintenance };
      if (maintenance === true) return { effect: "happened", text: inMaintenance, data };
      const under = await runningTask(parts, reference, entering, signal);
      if (!under) return { effect: "did-not-happen", text: notInMaintenance, data };
      const words = text("It is entering maintenance mode.", "Il passe en mode maintenance.");
      return { effect: "unknown", text: words, data };
    },

    endEarly: ({ id }) => early.ask(id),

    undo: async (context, _input, { observed }) => {
      if (observed.maintenance === true) return { proven: true, text: inMaintenance, data: {} };
      const host = hostReference(parts.system, context.resource);
      const under = await runningTask(parts, host, entering, context.signal);
      if (under) {
        context.committed();
        await cancelTask(parts, under);
        await followTask(parts, context, under);
      }
      const now = await readHost(parts.session, host.id, context.signal);
      if (now.maintenance === true) await leave(parts, context);
      return provenMode(parts, context, false);
    },
  };
}

/**
 * Follows the task with how many VMs are still on the host; cancels it when a person does not want it any more. Gives how
 * it failed in words; null when it ended well or is gone, and the host must tell.
 */
async function follow(
  parts: EvacuationParts,
  context: ActionContext,
  task: unknown,
  patience: number,
  early: EarlyEnds,
): Promise<{ en: string; fr: string } | null> {
  if (typeof task !== "string") return null;
  const reference = { type: "Task", id: task };
  const work = early.begin(context.resource.id, () => void cancelTask(parts, reference));
  let first: number | null = null;
  try {
    const times = { ...parts.times, patience };
    const end = await followTask({ ...parts, times }, context, reference, async (fraction) => {
      const host = await readHost(
        parts.session,
        hostReference(parts.system, context.resource).id,
        context.signal,
      );
      const guests = await readGuests(parts.session, host.vms, context.signal);
      const on = guests.filter(({ power, isAgent }) => power === "poweredOn" && !isAgent);
      first ??= on.length;
      const part = first === 0 ? fraction : Math.max(0, 1 - on.length / first);
      context.progress(goingWords(on), part);
    });
    return end.state === "error" ? end.fault.text : null;
  } catch (thrown) {
    // A console that closes leaves the task to whoever goes on; a person who cancels does not want it.
    const { reason } = context.signal;
    const isWished = reason instanceof OpsError && reason.code === "action.cancelled";
    const isLate = thrown instanceof OpsError && thrown.code === "vsphere.task-too-long";
    if (isWished || isLate) await cancelTask(parts, reference);
    throw thrown;
  } finally {
    work.end();
  }
}

function goingWords(on: readonly { name: string }[]) {
  if (on.length === 0) {
    return text("No VM runs on it any more.", "Plus aucune VM n'y fonctionne.");
  }
  return text(
    `VMs that are still to go: ${on.length} (${namesOf(on)}).`,
    `VM encore à partir : ${on.length} (${namesOf(on)}).`,
  );
}

function leaveAction(parts: EvacuationParts): Action<Record<string, never>> {
  return {
    ...onHosts(parts),
    id: "vsphere.leave-maintenance",
    title: text("Leave maintenance mode", "Quitter le mode maintenance"),
    verb: text("Take out of maintenance mode:", "Sortir du mode maintenance :"),
    risk: "safe",
    effect: "convergent",
    input: z.strictObject({}),
    fields: [],
    bulk: true,
    idle: (host) =>
      notConnectedBy(host) ??
      (host.facts["hypervisor.maintenance"]?.value === false ? notInMaintenance : null),
    describe: () => ({
      steps: [
        text(
          "Have vCenter take the host out of maintenance mode; it takes VMs again.",
          "Faire sortir l'hôte du mode maintenance par vCenter ; il accepte de nouveau des VM.",
        ),
      ],
      proof: notInMaintenance,
      undo: null,
    }),
    async probe({ resource, signal }) {
      const host = await readHost(parts.session, hostReference(parts.system, resource).id, signal);
      const observed = { maintenance: host.maintenance };
      if (host.connection !== "connected") return { state: "impossible", text: notConnected, observed };
      return {
        state: host.maintenance === true ? "needed" : "done",
        text: modeWords(host.maintenance),
        observed,
      };
    },
    apply: async (context) => ({ data: { task: await leave(parts, context) } }),
    verify: (context) => provenMode(parts, context, false),
    async settle(context) {
      const { proven, text: words, data } = await provenMode(parts, context, false);
      if (proven) return { effect: "happened", text: words, data };
      const host = hostReference(parts.system, context.resource);
      const under = await runningTask(parts, host, leaving, context.signal);
      return { effect: under ? "unknown" : "did-not-happen", text: words, data };
    },
  };
}

/** Takes a host out of maintenance mode and waits for the task; throws its fault. */
async function leave(parts: EvacuationParts, context: ActionContext): Promise<string | null> {
  const host = hostReference(parts.system, context.resource);
  const task =
    (await runningTask(parts, host, leaving, context.signal)) ??
    (await begin(parts, context, {
      method: "ExitMaintenanceMode_Task",
      on: host,
      parameters: `<timeout>${leaveSeconds}</timeout>`,
    }));
  if (!task) return null;
  const end = await followTask(parts, context, task);
  if (end.state === "error") throw end.fault;
  return task.id;
}

async function provenMode(
  parts: EvacuationParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  wanted: boolean,
): Promise<Verification> {
  const { maintenance } = await readHost(parts.session, hostReference(parts.system, resource).id, signal);
  return { proven: maintenance === wanted, text: modeWords(maintenance), data: { maintenance } };
}
