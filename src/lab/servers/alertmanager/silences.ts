import { randomUUID } from "node:crypto";
import { z } from "zod";

const matcherSchema = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
  value: z.string().max(1000),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});
export type Matcher = z.infer<typeof matcherSchema>;

const moment = z.string().refine((words) => Number.isFinite(Date.parse(words)));
const postedSchema = z.object({
  id: z.string().optional(),
  matchers: z.array(matcherSchema).min(1).max(50),
  startsAt: moment,
  endsAt: moment,
  createdBy: z.string().min(1).max(1000),
  comment: z.string().max(10_000),
});

/** A silence; times in epoch milliseconds of the wall. */
export interface Silence {
  id: string;
  matchers: Matcher[];
  startsAt: number;
  endsAt: number;
  updatedAt: number;
  createdBy: string;
  comment: string;
}

/** Why a silence is not taken, as an HTTP status and in the server's words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** The longest value of a label that is matched: a visitor's expression must not take the lab's time. */
const longestValue = 200;

/** Silences by the rules of Alertmanager: what cannot be changed is expired and made anew. */
export class Silences {
  private readonly held = new Map<string, Silence>();

  all(): Silence[] {
    return [...this.held.values()];
  }

  get(id: string): Silence | null {
    return this.held.get(id) ?? null;
  }

  /** Takes what was posted; gives the identifier. Throws a Refusal. */
  set(posted: unknown): string {
    const parsed = postedSchema.safeParse(posted);
    if (!parsed.success) throw new Refusal(400, "silence invalid: it cannot be read");
    const now = Date.now();
    const { id, matchers, createdBy, comment } = parsed.data;
    const startsAt = Date.parse(parsed.data.startsAt);
    const endsAt = Date.parse(parsed.data.endsAt);
    if (endsAt <= startsAt) throw new Refusal(400, "silence invalid: end time must not be before start time");
    if (endsAt <= now) throw new Refusal(400, "silence invalid: end time can't be in the past");
    for (const matcher of matchers) expressionOf(matcher);
    if (matchers.every((matcher) => lets(matcher, ""))) {
      throw new Refusal(400, "silence invalid: at least one matcher must not match the empty string");
    }
    const former = id === undefined || id === "" ? null : this.get(id);
    if (id && !former) throw new Refusal(404, "silence not found");
    if (former && stateOf(former) === "active" && isSameBut(former, matchers, startsAt)) {
      Object.assign(former, { endsAt, comment, createdBy, updatedAt: now });
      return former.id;
    }
    if (former) this.expire(former.id);
    const made = randomUUID();
    this.held.set(made, {
      id: made,
      matchers,
      startsAt: Math.max(startsAt, now),
      endsAt,
      updatedAt: now,
      createdBy,
      comment,
    });
    return made;
  }

  /** Ends a silence now. Throws a Refusal where there is none in force. */
  expire(id: string): void {
    const silence = this.get(id);
    if (!silence) throw new Refusal(404, "silence not found");
    if (stateOf(silence) === "expired") throw new Refusal(500, `silence ${id} already expired`);
    const now = Date.now();
    if (silence.startsAt > now) silence.startsAt = now;
    Object.assign(silence, { endsAt: now, updatedAt: now });
  }

  /** The silences in force that let nothing of an alert with these labels through. */
  over(labels: Readonly<Record<string, string>>): string[] {
    return this.all()
      .filter((silence) => stateOf(silence) === "active")
      .filter(({ matchers }) => matchers.every((matcher) => lets(matcher, labels[matcher.name] ?? "")))
      .map(({ id }) => id);
  }
}

export function stateOf({ startsAt, endsAt }: Silence): "active" | "pending" | "expired" {
  const now = Date.now();
  if (endsAt <= now) return "expired";
  return startsAt > now ? "pending" : "active";
}

/** Whether a matcher lets a label's value through; regular expressions are for the whole value. Throws a Refusal. */
export function lets(matcher: Matcher, value: string): boolean {
  const expression = expressionOf(matcher);
  const matches = expression ? expression.test(value.slice(0, longestValue)) : matcher.value === value;
  return matches === matcher.isEqual;
}

function expressionOf({ isRegex, value }: Matcher): RegExp | null {
  if (!isRegex) return null;
  try {
    return new RegExp(`^(?:${value})$`);
  } catch {
    throw new Refusal(400, "silence invalid: invalid regular expression");
  }
}

function isSameBut(former: Silence, matchers: Matcher[], startsAt: number): boolean {
  const seconds = (at: number) => Math.floor(at / 1000);
  return (
    JSON.stringify(former.matchers) === JSON.stringify(matchers) &&
    seconds(former.startsAt) === seconds(startsAt)
  );
}
