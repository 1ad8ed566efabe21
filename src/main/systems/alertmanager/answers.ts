import { z } from "zod";
import type { Matcher } from "./matchers.ts";

/** Characters of a label, annotation or comment that are kept: what is longer is of no use on a screen. */
const longest = 2000;
const words = z.string().transform((value) => value.slice(0, longest));
const labels = z.record(z.string(), z.string()).transform((all) =>
  Object.fromEntries(
    Object.entries(all)
      .slice(0, 100)
      .map(([key, value]) => [key.slice(0, 200), value.slice(0, longest)]),
  ),
);
const moment = z.string().transform((value, context) => {
  const at = Date.parse(value);
  if (Number.isFinite(at)) return at;
  context.addIssue({ code: "custom", message: "no moment" });
  return z.NEVER;
});
const states = z.enum(["active", "suppressed", "unprocessed"]);

const alertSchema = z.object({
  fingerprint: z.string().regex(/^[0-9A-Za-z._-]{1,100}$/),
  labels,
  annotations: labels.catch({}),
  startsAt: moment,
  generatorURL: words.catch(""),
  status: z.object({
    state: states.catch("unprocessed"),
    silencedBy: z.array(z.string()).catch([]),
    inhibitedBy: z.array(z.string()).catch([]),
  }),
});
/** One alert as Alertmanager holds it (API v2, `gettableAlert`), times in epoch milliseconds. */
export type Alert = z.infer<typeof alertSchema>;

const silenceSchema = z.object({
  id: z.string().min(1).max(200),
  status: z.object({ state: z.enum(["active", "pending", "expired"]) }),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean(),
      // Alertmanager before 0.22 knows no other.
      isEqual: z.boolean().default(true),
    }) satisfies z.ZodType<Matcher>,
  ),
  startsAt: moment,
  endsAt: moment,
  createdBy: words.catch(""),
  comment: words.catch(""),
});
/** One silence (API v2, `gettableSilence`), times in epoch milliseconds. */
export type Silence = z.infer<typeof silenceSchema>;

const statusSchema = z.object({
  cluster: z
    .object({ status: z.string(), peers: z.array(z.unknown()).catch([]) })
    .catch({ status: "", peers: [] }),
  versionInfo: z.object({ version: z.string() }).catch({ version: "" }),
});
/** What it is: its version, and how its cluster stands (`ready`, `settling`, `disabled`). */
export type Status = z.infer<typeof statusSchema>;

/** The members of a list that can be read, and how many cannot; null for what is no list. */
export function readList<Member>(
  answer: unknown,
  schema: z.ZodType<Member>,
): { members: Member[]; unread: number } | null {
  if (!Array.isArray(answer)) return null;
  const members = answer.flatMap((each) => {
    const parsed = schema.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
  return { members, unread: answer.length - members.length };
}

export const readAlerts = (answer: unknown) => readList(answer, alertSchema);
export const readSilences = (answer: unknown) => readList(answer, silenceSchema);

export function readSilence(answer: unknown): Silence | null {
  return silenceSchema.safeParse(answer).data ?? null;
}

export function readStatus(answer: unknown): Status | null {
  return statusSchema.safeParse(answer).data ?? null;
}

/** The identifier of a silence that was made; null for what names none. */
export function readSilenceId(answer: unknown): string | null {
  return z.object({ silenceID: z.string().min(1).max(200) }).safeParse(answer).data?.silenceID ?? null;
}
