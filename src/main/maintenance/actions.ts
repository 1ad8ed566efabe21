import { z } from "zod";
import { minuteInWords } from "../../shared/amount-words.ts";
import { OpsError } from "../../shared/errors.ts";
import { durationSchema, parseDuration } from "../../shared/estate-words.ts";
import type { MaintenanceMark } from "../../shared/maintenance.ts";
import type { Resource, ResourceKind } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../actions/action.ts";
import { optionalField } from "../actions/optional-field.ts";
import type { MaintenanceMarks } from "./maintenance.ts";
import { type Room, roomWithout } from "./room.ts";

/** What can be put into maintenance; what it holds is in maintenance with it. */
const kinds: readonly ResourceKind[] = ["host", "vm", "node", "cluster"];
/** A mark that lasts this much less than is asked for now is the one that is asked for, milliseconds. */
const slack = 60_000;
const longest = "52w";

const markSchema = z.object({ since: z.number(), until: z.number(), by: z.string(), reason: z.string() });
const beginInput = z.object({
  reason: z.string().trim().max(500).default(""),
  /** In words, or in milliseconds as a procedure fills it in. */
  duration: z
    .union([durationSchema, z.int().positive()])
    .default("4h")
    .refine((given) => {
      const asked = milliseconds(given);
      return asked > 0 && asked <= milliseconds(longest);
    }),
  /** For a node, or a host of a hypervisor: only if the rest of its cluster can do without it. */
  onlyIfSpared: z.boolean().default(true),
});
type Begin = z.infer<typeof beginInput>;

const beginFields: Action["fields"] = [
  optionalField("reason", text("What for", "Motif"), "text", ""),
  optionalField("duration", text("For how long (30m, 4h, 2d)", "Durée (30m, 4h, 2d)"), "text", "4h"),
  optionalField(
    "onlyIfSpared",
    text(
      "Only if the rest of its cluster can spare it",
      "Seulement si le reste de sa grappe peut s'en passer",
    ),
    "boolean",
    true,
  ),
];

export interface MaintenanceActionParts {
  marks: MaintenanceMarks;
  /** Everything that is known, for what holds or stands beside a resource. */
  resources(): readonly Resource[];
  /** Whether the rest can do without a host of a hypervisor; null for a host that none manages. Left out: for all hosts. */
  roomWithoutHost?(host: Resource): Room | null;
  now(): number;
}

/** What puts a resource into maintenance and takes it out again: actions of the console, not of a system. */
export function maintenanceActions(parts: MaintenanceActionParts): Action[] {
  return [beginAction(parts) as unknown as Action, endAction(parts)];
}

function beginAction({ marks, resources, roomWithoutHost, now }: MaintenanceActionParts): Action<Begin> {
  /** Whether the rest can do without it, where that is asked for; null where it is not, or is in maintenance already. */
  const roomNeeded = (resource: Resource, { onlyIfSpared }: Begin) => {
    if (!onlyIfSpared || marks.of(resource.id) !== null) return null;
    if (resource.kind === "host") return roomWithoutHost?.(resource) ?? null;
    return resource.kind === "node" ? roomWithout(resource, resources()) : null;
  };
  return {
    id: "console.begin-maintenance",
    title: text("Begin maintenance", "Mettre en maintenance"),
    verb: text("Begin maintenance", "Mettre en maintenance"),
    risk: "safe",
    effect: "convergent",
    kinds,
    input: beginInput,
    fields: beginFields,
    fieldsFor: ({ kind }) => (kind === "node" || kind === "host" ? beginFields : beginFields.slice(0, 2)),
    bulk: true,
    appliesTo: () => true,
    describe: (_resource, input) => ({
      steps: [
        text(
          `Mark it, and what it holds, as in maintenance for ${hours(input).en}; its problems need nobody meanwhile.`,
          `Le marquer, avec ce qu'il contient, comme en maintenance pendant ${hours(input).fr} ; ses problèmes ne sont plus signalés entre-temps.`,
        ),
      ],
      proof: text("The journal holds the mark.", "Le journal contient la marque."),
      undo: text("The mark is put back as it was before.", "La marque est remise telle qu'elle était."),
    }),
    async probe({ resource }, input) {
      const before = marks.of(resource.id);
      const observed = { at: now(), before: before === null ? null : { ...before } };
      if (before !== null && covers(before, input, now())) {
        return { state: "done", text: inMaintenance(before), observed };
      }
      const room = roomNeeded(resource, input);
      if (room !== null) {
        return {
          state: room.enough ? "needed" : "impossible",
          text: room.text,
          observed: { ...observed, room: room.observed },
        };
      }
      const words = before === null ? notInMaintenance : inMaintenance(before);
      return { state: "needed", text: words, observed };
    },
    async apply({ resource, committed }, input) {
      // Another of the cluster may have been marked since it was looked at.
      const room = roomNeeded(resource, input);
      if (room?.enough === false) throw notSpared(room.text);
      committed();
      marks.begin(resource.id, { until: now() + milliseconds(input.duration), reason: input.reason });
      return { data: {} };
    },
    verify: async ({ resource }) => markedOr(marks, resource, true),
    settle: async ({ resource }, input, { observed }) => {
      const mark = marks.of(resource.id);
      // As long from when it was asked for, however late it is looked at.
      const asked = typeof observed.at === "number" ? observed.at : now();
      return settled(mark !== null && covers(mark, input, asked), mark);
    },
    async undo({ resource, committed }, _input, probe) {
      committed();
      return putBack(marks, resource, probe.observed.before);
    },
  };
}

function endAction({ marks }: MaintenanceActionParts): Action {
  return {
    id: "console.end-maintenance",
    title: text("End maintenance", "Terminer la maintenance"),
    verb: text("End maintenance", "Terminer la maintenance"),
    risk: "safe",
    effect: "convergent",
    kinds,
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: () => true,
    unavailable: ({ id, maintenance }) => {
      if (marks.of(id) !== null) return null;
      const holder = maintenance?.through;
      return holder
        ? text(
            `It is in maintenance with ${holder.name}; end it there.`,
            `Elle est en maintenance avec ${holder.name} ; terminez-la à cet endroit.`,
          )
        : null;
    },
    idle: ({ id }) => (marks.of(id) === null ? notInMaintenance : null),
    describe: () => ({
      steps: [
        text(
          "Take the mark away; its problems are looked at again.",
          "Retirer la marque ; ses problèmes sont de nouveau signalés.",
        ),
      ],
      proof: text("The journal holds the end.", "Le journal contient la fin."),
      undo: text("The mark is put back as it was before.", "La marque est remise telle qu'elle était."),
    }),
    async probe({ resource }) {
      const before = marks.of(resource.id);
      const observed = { before: before === null ? null : { ...before } };
      return before === null
        ? { state: "done", text: notInMaintenance, observed }
        : { state: "needed", text: inMaintenance(before), observed };
    },
    async apply({ resource, committed }: ActionContext) {
      committed();
      marks.end(resource.id);
      return { data: {} };
    },
    verify: async ({ resource }) => markedOr(marks, resource, false),
    settle: async ({ resource }) => settled(marks.of(resource.id) === null, marks.of(resource.id)),
    async undo({ resource, committed }, _input, probe) {
      committed();
      return putBack(marks, resource, probe.observed.before);
    },
  };
}

function milliseconds(duration: string | number): number {
  return typeof duration === "number" ? duration : (parseDuration(duration) ?? 0);
}

/** Whether a mark is already what is asked for: as long, or longer, and for the same reason. */
function covers(mark: MaintenanceMark, { duration, reason }: Begin, now: number): boolean {
  return mark.until + slack >= now + milliseconds(duration) && (reason === "" || reason === mark.reason);
}

function hours({ duration }: Begin): LocalText {
  if (typeof duration === "string") return text(duration, duration);
  const minutes = Math.round(duration / 60_000);
  return text(`${minutes} minutes`, `${minutes} minutes`);
}

function markedOr(marks: MaintenanceMarks, { id }: Resource, wanted: boolean): Verification {
  const mark = marks.of(id);
  return {
    proven: (mark !== null) === wanted,
    text: mark === null ? notInMaintenance : inMaintenance(mark),
    data: { mark: mark === null ? null : { ...mark } },
  };
}

function settled(happened: boolean, mark: MaintenanceMark | null): Settlement {
  return {
    effect: happened ? "happened" : "did-not-happen",
    text: mark === null ? notInMaintenance : inMaintenance(mark),
    data: {},
  };
}

/** Makes the mark what it was before; throws OpsError `journal.cannot-write`. */
function putBack(marks: MaintenanceMarks, resource: Resource, before: unknown): Verification {
  const mark = markSchema.safeParse(before);
  if (mark.success) marks.restore(resource.id, mark.data);
  else if (marks.of(resource.id) !== null) marks.end(resource.id);
  return markedOr(marks, resource, mark.success);
}

/** `maintenance.not-spared` */
function notSpared(why: LocalText): OpsError {
  return new OpsError({
    code: "maintenance.not-spared",
    system: "console",
    message: why,
    hint: text(
      "Make room, or wait until what is out is back in service; or ask for it without that check.",
      "Faites de la place, ou attendez le retour en service de ce qui est arrêté ; ou passez-vous de cette vérification.",
    ),
  });
}

const notInMaintenance = text("It is not in maintenance.", "Aucune maintenance n'est en cours.");

function inMaintenance({ since, until, by }: MaintenanceMark): LocalText {
  const [from, to] = [since, until].map(minuteInWords);
  return text(
    `It is in maintenance by ${by} since ${from}, until ${to}.`,
    `Maintenance en cours par ${by} depuis ${from}, jusqu'à ${to}.`,
  );
}
