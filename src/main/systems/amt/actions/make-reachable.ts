import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { OpsError, toOpsError } from "../../../../shared/errors.ts";
import { type LocalText, localTextSchema, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { changeSetting } from "../reachable/change.ts";
import { joined, type PlannedChange, planReach, type ReachWants, stepsOf } from "../reachable/plan.ts";
import { type ReachReading, readReach } from "../reachable/reading.ts";
import { rfbPasswordProblem } from "../reachable/rfb-password.ts";
import { settingIds, settingOf } from "../reachable/settings.ts";
import { machineProbeLimit } from "./frame.ts";
import type { MachineActionParts } from "./parts.ts";

const inputSchema = z.strictObject({});
type Input = z.infer<typeof inputSchema>;

const changesSchema = z.array(z.object({ id: z.enum(settingIds), from: z.string(), to: z.string() }));

/**
 * Switches on what the screen and the serial console of a machine need, and nothing else: each setting is changed only
 * where it is not so yet, and read again afterwards. What was before can be put back.
 */
export function makeReachableAction(
  access: MachineAccess,
  parts: Pick<MachineActionParts, "onChanged">,
): Action<Input> {
  const client = (context: Pick<ActionContext, "resource">) => access.client(context.resource.id);
  const read = (context: Pick<ActionContext, "resource" | "signal">) =>
    readReach(client(context), { signal: context.signal, patient: true });

  return {
    id: "amt.make-reachable",
    title: text("Make it reachable", "Rendre accessible"),
    verb: text("Make it reachable", "Rendre accessible"),
    risk: "safe",
    effect: "convergent",
    kinds: ["host"],
    input: inputSchema,
    fields: [],
    bulk: true,
    probeLimit: machineProbeLimit,
    appliesTo: (resource) => access.has(resource.id),
    unavailable: (resource) => resource.sources[access.system]?.error?.message ?? null,
    describe: () => explained,

    async probe(context): Promise<Probe> {
      const reading = await read(context);
      const wants = await wantsOf(access, context, reading);
      const plan = planReach(reading, wants);
      const observed = { ...observedOf(reading), changes: plan.changes.map((change) => ({ ...change })) };
      const steps = stepsOf(plan);
      if (plan.changes.length > 0)
        return { state: "needed", text: neededWords(plan.changes), observed, steps };
      if (plan.obstacles.length > 0) {
        return { state: "impossible", text: joined(plan.obstacles), observed, steps };
      }
      return { state: "done", text: joined([allSet, ...plan.notes]), observed, steps };
    },

    async apply(context, _input, probe) {
      const changed: string[] = [];
      for (const { id, to } of changesIn(probe)) {
        const setting = settingOf(id);
        const { en, fr } = setting.name;
        const after = setting.words(to);
        try {
          const password = id === "port-5900" ? await passwordFor(access, context) : null;
          const written = await changeSetting(client(context), setting, to, {
            signal: context.signal,
            wait: access.wait,
            password,
            sending: () => context.committed(),
          });
          if (written) changed.push(id);
        } catch (thrown) {
          if (context.signal.aborted) throw thrown;
          const error = toOpsError(thrown, access.system);
          context.progress(error.text);
          // What was changed stays changed and is told by `verify`, which reads everything anew.
          return { data: { changed, failed: id, why: joined([error.text, error.hint]) } };
        }
        context.progress(text(`${en}: ${after.en}.`, `${fr} : ${after.fr}.`));
      }
      return { data: { changed } };
    },

    async verify(context, _input, probe, applied) {
      parts.onChanged(context.resource.id, "settings");
      const why = localTextSchema.safeParse(applied.data.why);
      return compare(await read(context), changesIn(probe), why.success ? why.data : null);
    },

    async settle(context, _input, probe) {
      const changes = changesIn(probe);
      const reading = await read(context);
      const seen = compare(reading, changes, null);
      const some = changes.some((change) => shows(reading, change));
      // Half of it is neither: whoever looks decides whether to start it again or to undo it.
      const effect = seen.proven ? "happened" : some ? "unknown" : "did-not-happen";
      return { effect, text: seen.text, data: seen.data };
    },

    async undo(context, _input, probe) {
      // Backwards: a port is closed before what it leads to is switched off.
      const back = changesIn(probe).reverse();
      for (const { id, from } of back) {
        const setting = settingOf(id);
        await changeSetting(client(context), setting, from, {
          signal: context.signal,
          wait: access.wait,
          password: null,
          sending: () => context.committed(),
        });
        const { en, fr } = setting.words(from);
        context.progress(text(`${setting.name.en}: ${en} again.`, `${setting.name.fr} : de nouveau ${fr}.`));
      }
      parts.onChanged(context.resource.id, "settings");
      const reversed = back.map(({ id, from, to }) => ({ id, from: to, to: from }));
      return compare(await read(context), reversed, null);
    },
  };
}

const explained = {
  steps: [
    text(
      "Look at screen (KVM), serial console (SOL), ports, network while off, control mode and consent.",
      "Examiner l'écran (KVM), la console série (SOL), les ports, le réseau à l'arrêt, le mode de contrôle et l'accord exigé.",
    ),
    text(
      "Switch on what is off, one setting after the other, and read each again.",
      "Activer ce qui ne l'est pas, un réglage après l'autre, et relire chacun.",
    ),
  ],
  proof: text(
    "AMT's own settings, read again, are those that were wanted.",
    "Les réglages d'AMT, relus, sont ceux qui étaient voulus.",
  ),
  undo: text(
    "Puts back each setting that was changed; a password of port 5900 stays but the port is closed again.",
    "Remet chaque réglage modifié ; un mot de passe du port 5900 reste, mais le port est refermé.",
  ),
};

const allSet = text(
  "Screen and serial console are as they must be; nothing is to be changed.",
  "L'écran et la console série sont comme il faut ; rien n'est à changer.",
);

function neededWords(changes: readonly PlannedChange[]): LocalText {
  const names = changes.map(({ id }) => settingOf(id).name);
  return text(
    `To be changed: ${names.map(({ en }) => en).join(", ")}.`,
    `À changer : ${names.map(({ fr }) => fr).join(", ")}.`,
  );
}

async function wantsOf(
  access: MachineAccess,
  context: ActionContext,
  reading: ReachReading,
): Promise<ReachWants> {
  const { screen } = access.machine(context.resource.id);
  if (typeof screen === "string") return { screen, passwordProblem: null };
  const port = reading.values["port-5900"];
  // The password is fetched only when it would be written.
  if (!("value" in port) || port.value === "on") return { screen: "port-5900", passwordProblem: null };
  try {
    const password = await passwordFor(access, context);
    return { screen: "port-5900", passwordProblem: password === null ? null : rfbPasswordProblem(password) };
  } catch (thrown) {
    if (thrown instanceof OpsError) return { screen: "port-5900", passwordProblem: thrown.text };
    throw thrown;
  }
}

/** The password of port 5900 as the estate names it; null when it names none. */
async function passwordFor(access: MachineAccess, context: ActionContext): Promise<string | null> {
  const { id, screen } = access.machine(context.resource.id);
  return typeof screen === "string" ? null : (await access.secret(screen.password, id)).reveal();
}

function observedOf(reading: ReachReading): Record<string, z.core.util.JSONType> {
  const values = Object.entries(reading.values).map(([id, found]) => [
    id,
    "value" in found ? found.value : found.lack,
  ]);
  return {
    settings: Object.fromEntries(values),
    controlMode: reading.controlMode,
    setUp: reading.setUp,
    allowedByBios: reading.allowedByBios,
    consent: reading.consent?.policy ?? null,
    firmware: reading.firmware.version,
    edition: reading.firmware.edition,
  };
}

function changesIn(probe: Probe): PlannedChange[] {
  const found = changesSchema.safeParse(probe.observed.changes);
  return found.success ? found.data : [];
}

function shows(reading: ReachReading, { id, to }: PlannedChange): boolean {
  const found = reading.values[id];
  return "value" in found && found.value === to;
}

/** Whether each change shows; otherwise what was changed and what not, and why. */
function compare(
  reading: ReachReading,
  changes: readonly PlannedChange[],
  why: LocalText | null,
): Verification {
  const isMade = (change: PlannedChange) => shows(reading, change);
  const told = (list: readonly PlannedChange[]) =>
    list.map(({ id, to }) => {
      const { name, words } = settingOf(id);
      return text(`${name.en} (${words(to).en})`, `${name.fr} (${words(to).fr})`);
    });
  const done = told(changes.filter(isMade));
  const missing = told(changes.filter((change) => !isMade(change)));
  const list = (texts: LocalText[], language: "en" | "fr") => texts.map((each) => each[language]).join(", ");
  const data = {
    changed: changes.filter(isMade).map(({ id }) => id),
    unchanged: changes.filter((change) => !isMade(change)).map(({ id }) => id),
  };
  if (missing.length === 0) {
    return {
      proven: true,
      text: text(`AMT shows: ${list(done, "en")}.`, `AMT indique : ${list(done, "fr")}.`),
      data,
    };
  }
  const sentences = [
    ...(done.length > 0
      ? [text(`Changed: ${list(done, "en")}.`, `Changé : ${list(done, "fr")}.`)]
      : [text("Nothing was changed.", "Rien n'a été changé.")]),
    text(`Not changed: ${list(missing, "en")}.`, `Non changé : ${list(missing, "fr")}.`),
    ...(why ? [why] : []),
  ];
  return { proven: false, disproven: true, text: joined(sentences), data };
}
