import { z } from "zod";
import type { InputField } from "../../../../../shared/action.ts";
import { minuteInWords } from "../../../../../shared/amount-words.ts";
import { durationSchema, parseDuration } from "../../../../../shared/estate-words.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { OvhCredential } from "../../api.ts";
import { type ReadEntry, type Reading, staysIn } from "../entries.ts";
import type { ProviderList } from "../list.ts";
import { admitted, pointWords } from "../lock-out.ts";
import type { Patience } from "./orders.ts";

export interface AllowlistActionParts {
  lists: readonly ProviderList[];
  patience: Patience;
  /** The consumer key as it was read last; null before. */
  credential(): OvhCredential | null;
}

export const noteSchema = z.string().trim().max(120).default("");
const longest = 52 * 7 * 86_400_000;

/** How long an entry is to last: in words, in milliseconds as a procedure fills it in, `always` for no end. */
export const lastingSchema = z
  .union([z.literal("always"), durationSchema, z.int().positive()])
  .refine((given) => given === "always" || (milliseconds(given) >= 60_000 && milliseconds(given) <= longest));

export function milliseconds(given: string | number): number {
  return typeof given === "number" ? given : (parseDuration(given) ?? 0);
}

export function textField(name: string, label: LocalText, initial: string, required = false): InputField {
  return { name, label, type: "text", required, choices: [], initial };
}

/** The list that a resource is, or is an entry of. Throws RangeError for another, which no action applies to. */
export function listOf({ lists }: AllowlistActionParts, { id }: Pick<Resource, "id">): ProviderList {
  const list = lists.find((each) => each.owns(id));
  if (!list) throw new RangeError(`${id} is on no list`);
  return list;
}

export function isList({ lists }: AllowlistActionParts, { id }: Pick<Resource, "id">): boolean {
  return lists.some((list) => list.parts.id === id);
}

export function isEntry({ lists }: AllowlistActionParts, { id }: Pick<Resource, "id">): boolean {
  return lists.some((list) => list.numberOf(id) !== null);
}

/** What the consumer key was granted, as far as it says. */
export function rightTo(
  { credential, lists }: AllowlistActionParts,
  resource: Pick<Resource, "id">,
  method: string,
): { allowed: boolean; text: LocalText } | null {
  const rules = credential()?.rules;
  if (!rules) return null;
  const { service } = listOf({ lists } as AllowlistActionParts, resource).parts.api;
  const path = `/dedicatedCloud/${service}/allowedNetwork${method === "POST" ? "" : "/1"}`;
  const allowed = rules.some((rule) => rule.method === method && fits(rule.path, path));
  return {
    allowed,
    text: allowed
      ? text("The consumer key was granted it.", "La clé de consommateur en a le droit.")
      : text(
          `The consumer key was not granted ${method} ${path.replace(/1$/, "*")}.`,
          `La clé de consommateur n'a pas reçu le droit ${method} ${path.replace(/1$/, "*")}.`,
        ),
  };
}

/** Whether a granted path, in which a star stands for anything, is one of those. */
function fits(granted: string, path: string): boolean {
  const words = granted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${words.join(".*")}$`).test(path);
}

/** What the list would be, and whom of those who work here it would let in. */
export function listAfter(list: ProviderList, networks: readonly string[]): LocalText[] {
  const { letIn, shut } = admitted(list.parts.vantage().points, networks);
  const said = (language: "en" | "fr", points: typeof letIn) =>
    points.map((point) => pointWords(point)[language]).join(", ") || "—";
  const shown = networks.length > mostNamed ? [...networks.slice(0, mostNamed), "…"] : networks;
  return [
    text(
      `The list is then (${networks.length}): ${shown.join(", ") || "—"}.`,
      `La liste devient (${networks.length}) : ${shown.join(", ") || "—"}.`,
    ),
    text(
      `Of who works here it lets in: ${said("en", letIn)}; not: ${said("en", shut)}.`,
      `Parmi ceux qui travaillent ici, elle laisse entrer : ${said("fr", letIn)} ; pas : ${said("fr", shut)}.`,
    ),
  ];
}

const mostNamed = 30;

export function networksOf(entries: readonly ReadEntry[]): string[] {
  return entries.filter(staysIn).map(({ network }) => network);
}

export function untilWords(ends: number | null): LocalText {
  return ends === null
    ? text("always", "toujours")
    : text(`until ${minuteInWords(ends)}`, `jusqu'au ${minuteInWords(ends)}`);
}

export function entryIn({ entries }: Reading, number: number | null): ReadEntry | null {
  return entries.find(({ networkAccessId }) => networkAccessId === number) ?? null;
}
