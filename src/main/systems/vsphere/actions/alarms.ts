import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { sameText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { ShownAlarm } from "../alarm-names.ts";
import { acknowledgedWords } from "../alarms.ts";
import { retrieve } from "../client/collector.ts";
import { referenceXml } from "../client/session.ts";
import type { Reference } from "../client/values.ts";
import { VimFault } from "../client/vim-fault.ts";
import { alarmsOf } from "../properties.ts";
import type { Alarm } from "../records.ts";
import { usualTaskTimes, type VsphereActionParts } from "./task.ts";

export interface AlarmParts extends VsphereActionParts {
  /** The alarms that are shown on a resource. */
  alarms(resource: string): readonly ShownAlarm[];
  /** Takes in how the alarms of an object stand now: vCenter does not always tell it by itself. */
  retell(entity: Reference, signal: AbortSignal): Promise<void>;
}

const input = z.strictObject({ alarm: z.string().min(1).max(500) });
type Input = z.infer<typeof input>;

const over = text("The alarm is not triggered any more.", "L'alarme n'est plus déclenchée.");
const open = text("Nobody has acknowledged the alarm.", "Personne n'a acquitté l'alarme.");
/** So many looks are taken until an acknowledgement shows. */
const mostLooks = 5;

/**
 * Acknowledges one triggered alarm (AlarmManager.AcknowledgeAlarm, privilege `Alarm.Acknowledge`); proven by reading the
 * object's alarms again. vCenter has no way to take it back.
 */
export function acknowledgeAction(parts: AlarmParts): Action<Input> {
  const begun = new Set<string>();
  const field: InputField = {
    name: "alarm",
    label: text("Alarm", "Alarme"),
    type: "choice",
    required: true,
    choices: [],
    initial: null,
  };
  return {
    id: "vsphere.alarm-acknowledge",
    title: text("Acknowledge an alarm", "Acquitter une alarme"),
    verb: text("Acknowledge", "Acquitter"),
    risk: "safe",
    effect: "convergent",
    kinds: ["vm", "host", "cluster", "volume", "service"],
    input,
    fields: [field],
    fieldsFor: ({ id }) => {
      const choices = parts.alarms(id).map(choiceOf);
      return [{ ...field, choices, initial: choices.find((each) => !each.unavailable)?.value ?? null }];
    },
    bulk: false,
    // What was begun is still to be settled when the alarm has ended meanwhile.
    appliesTo: ({ id }) => begun.has(id) || parts.alarms(id).length > 0,
    unavailable: ({ sources }) => sources[parts.system]?.error?.message ?? null,
    idle: ({ id }) => idle(parts.alarms(id)),
    describe: () => ({
      steps: [
        text(
          "Tell vCenter that the alarm was seen to; what it does by itself does not happen again until it has ended once. It cannot be taken back.",
          "Indiquer à vCenter que l'alarme est prise en compte ; ses actions automatiques ne se répètent pas tant qu'elle n'a pas pris fin une fois. Ce n'est pas réversible.",
        ),
      ],
      proof: text(
        "vCenter shows the alarm as acknowledged, with the user and the time.",
        "vCenter montre l'alarme comme acquittée, avec l'utilisateur et l'heure.",
      ),
      undo: null,
    }),
    async probe(context, { alarm: key }) {
      const found = await stateOf(parts, context, key);
      const observed = observedOf(found);
      if (!found) return { state: "impossible", text: over, observed };
      const how = acknowledgedWords(found);
      if (!how) return { state: "needed", text: open, observed };
      return { state: "done", text: text(`It is ${how.en}.`, `Elle est ${how.fr}.`), observed };
    },
    async apply(context, { alarm: key }) {
      const known = parts.alarms(context.resource.id).find((each) => each.key === key);
      const { alarmManager } = await parts.session.content(context.signal);
      if (!known) throw new VimFault("ManagedObjectNotFound", parts.session.name);
      if (!alarmManager) throw new VimFault("MethodNotFound", parts.session.name);
      begun.add(context.resource.id);
      await parts.session.call({
        method: "AcknowledgeAlarm",
        on: alarmManager,
        parameters: `${referenceXml("alarm", { type: "Alarm", id: known.alarm })}${referenceXml("entity", known.entity)}`,
        signal: context.signal,
        onSent: () => context.committed(),
      });
      return { data: { alarm: known.alarm, entity: known.entity.id } };
    },
    async verify(context, { alarm: key }) {
      const { look } = { ...usualTaskTimes, ...parts.times };
      for (let looks = 1; ; looks++) {
        const found = await stateOf(parts, context, key);
        const data = observedOf(found);
        if (!found) return { proven: true, text: over, data };
        const how = acknowledgedWords(found);
        if (how) return { proven: true, text: text(`It is ${how.en}.`, `Elle est ${how.fr}.`), data };
        if (looks >= mostLooks) return { proven: false, text: open, data };
        await parts.wait(look, context.signal);
      }
    },
    async settle(context, { alarm: key }) {
      const found = await stateOf(parts, context, key);
      const data = observedOf(found);
      if (!found) return { effect: "unknown", text: over, data };
      const how = acknowledgedWords(found);
      return how
        ? { effect: "happened", text: text(`It is ${how.en}.`, `Elle est ${how.fr}.`), data }
        : { effect: "did-not-happen", text: open, data };
    },
  };
}

/** The alarm as vCenter has it now, which is also what is shown from then on; null when it is not triggered. */
async function stateOf(parts: AlarmParts, context: ActionContext, key: string): Promise<Alarm | null> {
  const known = parts.alarms(context.resource.id).find((each) => each.key === key);
  if (!known) return null;
  const { entity } = known;
  const values = (await retrieve(parts.session, [entity], ["triggeredAlarmState"], context.signal)).get(
    entity.id,
  );
  if (!values) throw new VimFault("ManagedObjectNotFound", parts.session.name);
  const now = alarmsOf(values.get("triggeredAlarmState"), entity.id).find((each) => each.key === key);
  if (now?.acknowledged !== known.acknowledged) await parts.retell(entity, context.signal);
  return now ?? null;
}

function observedOf(alarm: Alarm | null) {
  return {
    status: alarm?.status ?? null,
    acknowledged: alarm?.acknowledged ?? null,
    by: alarm?.by ?? null,
    at: alarm?.at ?? null,
  };
}

function choiceOf(alarm: ShownAlarm): InputField["choices"][number] {
  const words = alarm.entityName === null ? alarm.name : `${alarm.name} (${alarm.entityName})`;
  const how = acknowledgedWords(alarm);
  return { value: alarm.key, label: sameText(words), ...(how && { unavailable: how }) };
}

function idle(alarms: readonly ShownAlarm[]) {
  if (alarms.length === 0) return text("No alarm of it is triggered.", "Aucune alarme n'y est déclenchée.");
  if (alarms.some(({ acknowledged }) => !acknowledged)) return null;
  return text("Its alarms are all acknowledged.", "Toutes ses alarmes sont acquittées.");
}
