import { z } from "zod";
import { minuteInWords } from "../../../shared/amount-words.ts";
import { durationSchema, parseDuration } from "../../../shared/estate-words.ts";
import type { Resource, ResourceKind } from "../../../shared/resource.ts";
import type { AlertmanagerSystemConfig } from "../../../shared/systems/alertmanager.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../actions/action.ts";
import { optionalField } from "../../actions/optional-field.ts";
import type { Silence } from "./answers.ts";
import type { AlertmanagerApi } from "./api.ts";
import { noMatchers } from "./faults.ts";
import { type Matcher, matchersFor, matcherWords, sameMatchers } from "./matchers.ts";

/** A silence that lasts this much less than is asked for now is the one that is asked for, milliseconds. */
const slack = 60_000;
const createdBy = "passerelle";

const silenceInput = z.object({
  comment: z.string().trim().max(500).default(""),
  /** In words, or in milliseconds as a procedure fills it in. */
  duration: z
    .union([durationSchema, z.int().positive()])
    .default("4h")
    .refine((given) => milliseconds(given) > 0 && milliseconds(given) <= milliseconds("52w")),
});
type Wanted = z.infer<typeof silenceInput>;

export interface SilenceParts {
  api: AlertmanagerApi;
  templates: AlertmanagerSystemConfig["silence"];
  /** Given, only what stands there is silenced here. */
  site: string | null;
  now(): number;
}

/** Silences the alerts about a resource for a time, and ends that silence. */
export function silenceActions(parts: SilenceParts): Action[] {
  return [silenceAction(parts) as unknown as Action, expireAction(parts)];
}

/** What a resource's silence is found by again, in its comment: nobody else's is touched. */
function markOf({ id }: Pick<Resource, "id">): string {
  return `[passerelle ${id}]`;
}

function common({ templates, site, api }: SilenceParts) {
  return {
    risk: "safe",
    effect: "convergent",
    kinds: Object.keys(templates) as ResourceKind[],
    bulk: true,
    elsewhere: true,
    appliesTo: (resource: Resource) =>
      Object.hasOwn(templates, resource.kind) &&
      (site === null || resource.site === null || resource.site === site),
    where: api.name,
  } as const;
}

function silenceAction(parts: SilenceParts): Action<Wanted> {
  const { api, now } = parts;
  const { where, ...shared } = common(parts);
  return {
    ...shared,
    id: "alertmanager.silence",
    title: text("Silence alerts", "Réduire les alertes au silence"),
    verb: text("Silence", "Mettre en silence"),
    input: silenceInput,
    fields: [
      optionalField("duration", text("For how long (30m, 4h, 2d)", "Durée (30m, 4h, 2d)"), "text", "4h"),
      optionalField("comment", text("What for", "Motif")),
    ],
    describe: (resource, { duration }) => ({
      steps: [
        text(
          `Silence ${words(parts, resource)} in ${where} for ${shown(duration)}.`,
          `Mettre en silence ${words(parts, resource)} dans ${where} pendant ${shown(duration)}.`,
        ),
      ],
      proof: text(
        `${where} shows the silence in force and counts the alerts that match as suppressed.`,
        `${where} montre le silence en vigueur et compte les alertes concernées comme supprimées.`,
      ),
      undo: text("The silence is expired.", "Le silence est levé."),
    }),
    async probe({ resource, signal }, wanted) {
      const matchers = matchersOf(parts, resource);
      const [mine, alerts] = await Promise.all([own(parts, resource, signal), api.alerts(signal, matchers)]);
      const observed = {
        at: now(),
        before: mine.map(({ id, endsAt }) => ({ id, endsAt })),
        alerts: alerts.members.length,
      };
      const found = mine.find((silence) => fits(silence, matchers, wanted, now()));
      return found
        ? { state: "done", text: inForce(found), observed }
        : { state: "needed", text: matching(alerts.members.length), observed };
    },
    async apply({ resource, signal, committed }, wanted) {
      const matchers = matchersOf(parts, resource);
      const mine = await own(parts, resource, signal);
      const former = mine.find((silence) => sameMatchers(silence.matchers, matchers));
      const silence = await api.setSilence(
        {
          ...(former && { id: former.id }),
          matchers,
          startsAt: former ? former.startsAt : now(),
          endsAt: now() + milliseconds(wanted.duration),
          createdBy,
          comment: [wanted.comment, markOf(resource)].filter(Boolean).join(" "),
        },
        signal,
        committed,
      );
      return { data: { silence } };
    },
    async verify({ resource, signal }, _wanted, _probe, { data }): Promise<Verification> {
      const matchers = matchersOf(parts, resource);
      const [silence, alerts] = await Promise.all([
        api.silence(String(data.silence), signal),
        api.alerts(signal, matchers),
      ]);
      const loud = alerts.members.filter(({ status }) => status.state === "active");
      const proven = silence.status.state === "active" && loud.length === 0;
      return {
        proven,
        text: proven
          ? text(
              `${inForce(silence).en} Alerts suppressed: ${alerts.members.length}.`,
              `${inForce(silence).fr} Alertes supprimées : ${alerts.members.length}.`,
            )
          : text(
              `The silence is ${silence.status.state}; alerts that still sound: ${loud.length}.`,
              `Le silence est à l'état « ${silence.status.state} » ; alertes encore actives : ${loud.length}.`,
            ),
        data: { silence: silence.id, state: silence.status.state, loud: loud.length },
      };
    },
    async settle({ resource, signal }, wanted, { observed }): Promise<Settlement> {
      const matchers = matchersOf(parts, resource);
      const asked = typeof observed.at === "number" ? observed.at : now();
      const mine = await own(parts, resource, signal);
      const found = mine.find((silence) => fits(silence, matchers, wanted, asked));
      return {
        effect: found ? "happened" : "did-not-happen",
        text: found ? inForce(found) : none,
        data: found ? { silence: found.id } : {},
      };
    },
    undo: async (context, _wanted, { observed }) => putBack(parts, context, observed.before),
  };
}

function expireAction(parts: SilenceParts): Action {
  const { where, ...shared } = common(parts);
  return {
    ...shared,
    id: "alertmanager.expire-silence",
    title: text("Expire the silence", "Lever le silence"),
    verb: text("Expire", "Lever"),
    input: z.object({}),
    fields: [],
    idle: (resource) => {
      const seen = parts.api.silencesSeen;
      return seen === null || seen.some((silence) => isOwn(silence, resource)) ? null : none;
    },
    describe: () => ({
      steps: [
        text(
          `Expire the silence that the console made for it in ${where}.`,
          `Lever le silence que la console a créé pour elle dans ${where}.`,
        ),
      ],
      proof: text(`${where} shows it as expired.`, `${where} le montre comme expiré.`),
      undo: null,
    }),
    async probe({ resource, signal }) {
      const mine = await own(parts, resource, signal);
      const [first] = mine;
      const observed = { silences: mine.map(({ id }) => id) };
      return first
        ? { state: "needed", text: inForce(first), observed }
        : { state: "done", text: none, observed };
    },
    async apply(context) {
      const mine = await own(parts, context.resource, context.signal);
      await expire(parts.api, mine, context);
      return { data: { silences: mine.map(({ id }) => id) } };
    },
    verify: async ({ resource, signal }) => noneLeft(parts, resource, signal),
    async settle({ resource, signal }) {
      const { proven, text: found, data } = await noneLeft(parts, resource, signal);
      return { effect: proven ? "happened" : "did-not-happen", text: found, data };
    },
  };
}

/** The console's own silences of a resource that are in force or to come. */
async function own({ api }: SilenceParts, resource: Resource, signal: AbortSignal): Promise<Silence[]> {
  return (await api.silences(signal)).filter((silence) => isOwn(silence, resource));
}

function isOwn({ status, createdBy: by, comment }: Silence, resource: Resource): boolean {
  return status.state !== "expired" && by === createdBy && comment.endsWith(markOf(resource));
}

async function expire(
  api: AlertmanagerApi,
  silences: readonly Silence[],
  { signal, committed }: ActionContext,
): Promise<void> {
  for (const { id } of silences) await api.expire(id, signal, committed);
}

async function noneLeft(parts: SilenceParts, resource: Resource, signal: AbortSignal): Promise<Verification> {
  const [left] = await own(parts, resource, signal);
  return { proven: left === undefined, text: left ? inForce(left) : none, data: {} };
}

const beforeSchema = z.array(z.object({ id: z.string(), endsAt: z.number() }));

/** Ends what was made, or gives a silence that was there before the end that it had. */
async function putBack(parts: SilenceParts, context: ActionContext, before: unknown): Promise<Verification> {
  const { api, now } = parts;
  const { resource, signal } = context;
  const mine = await own(parts, resource, signal);
  const known = beforeSchema.safeParse(before).data ?? [];
  const [former] = known.filter(({ endsAt }) => endsAt > now());
  const [current] = mine;
  if (!former || !current) {
    await expire(api, mine, context);
    return noneLeft(parts, resource, signal);
  }
  const { id, matchers, startsAt, comment } = current;
  await api.setSilence(
    { id, matchers, startsAt, endsAt: former.endsAt, createdBy, comment },
    signal,
    context.committed,
  );
  const [after] = await own(parts, resource, signal);
  const proven = after !== undefined && Math.abs(after.endsAt - former.endsAt) < slack;
  return { proven, text: after ? inForce(after) : none, data: {} };
}

function matchersOf({ templates }: SilenceParts, resource: Resource): Matcher[] {
  const template = Object.entries(templates).find(([kind]) => kind === resource.kind)?.[1] ?? "";
  const matchers = matchersFor(template, resource);
  if (matchers === null) throw noMatchers(resource.name);
  return matchers;
}

function fits(silence: Silence, matchers: readonly Matcher[], { duration }: Wanted, at: number): boolean {
  return (
    silence.status.state === "active" &&
    sameMatchers(silence.matchers, matchers) &&
    silence.endsAt + slack >= at + milliseconds(duration)
  );
}

function words(parts: SilenceParts, resource: Resource): string {
  return matchersOf(parts, resource).map(matcherWords).join(",");
}

function shown(duration: string | number): string {
  return typeof duration === "string" ? duration : `${Math.round(duration / 60_000)} min`;
}

function milliseconds(duration: string | number): number {
  return typeof duration === "number" ? duration : (parseDuration(duration) ?? 0);
}

const none = text(
  "The console has no silence in force for it.",
  "La console n'a aucun silence en vigueur pour elle.",
);

function inForce({ id, endsAt }: Silence): LocalText {
  const until = minuteInWords(endsAt);
  return text(`The silence ${id} lasts until ${until}.`, `Le silence ${id} dure jusqu'à ${until}.`);
}

function matching(count: number): LocalText {
  return text(`Alerts that match now: ${count}.`, `Alertes concernées actuellement : ${count}.`);
}
