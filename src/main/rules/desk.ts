import type { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import { type RuleName, ruleNames, usualRules } from "../../shared/estate-rules.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { Finding, FindingsFrame, FindingsQuery, muteRequestSchema } from "../../shared/rules.ts";
import { longestMute, mostFindings } from "../../shared/rules.ts";
import { text } from "../../shared/text.ts";
import type { Journal } from "../journal/journal.ts";
import { FindingBook } from "./book.ts";
import { RuleEngine, type RuleEngineParts } from "./engine.ts";

export interface RuleDeskParts extends Omit<RuleEngineParts, "book" | "estate"> {
  journal: Pick<Journal, "ofTypes">;
  writeAll(events: NewJournalEvent[]): void;
  estate(): Estate | null;
}

/** The findings as they are shown, and their mutes. Nothing is looked at before `start`. */
export class RuleDesk {
  readonly #parts: RuleDeskParts;
  readonly #book: FindingBook;
  readonly #listeners = new Set<() => void>();
  #engine: RuleEngine | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: RuleDeskParts) {
    this.#parts = parts;
    this.#book = new FindingBook(parts);
  }

  /** Begins to look. */
  start(): void {
    if (this.#engine) return;
    this.#engine = new RuleEngine({ ...this.#parts, book: this.#book });
    this.#engine.onChange(() => this.#tell());
    this.#wakeAtNextEnd();
  }

  /** How many findings stand that nobody has muted. */
  unmuted(): number {
    return this.#engine?.unmuted() ?? 0;
  }

  /** The findings that are muted now. */
  muted(): Finding[] {
    return this.#engine?.muted() ?? [];
  }

  frame({ resource }: FindingsQuery): FindingsFrame {
    const all = this.#engine?.all() ?? [];
    const wanted = resource === null ? all : all.filter((finding) => finding.resource?.id === resource);
    const { environments = {}, sites = {}, rules = usualRules } = this.#parts.estate() ?? {};
    const named = [...Object.entries(environments), ...Object.entries(sites)];
    return {
      asOf: this.#parts.now(),
      findings: wanted.slice(0, mostFindings),
      numbers: {
        critical: count(wanted, ({ health, mute }) => health === "critical" && mute === null),
        warning: count(wanted, ({ health, mute }) => health === "warning" && mute === null),
        muted: count(wanted, ({ mute }) => mute !== null),
      },
      byRule: Object.fromEntries(
        ruleNames.flatMap((rule): [RuleName, number][] => {
          const found = count(wanted, (finding) => finding.rule === rule);
          return found > 0 ? [[rule, found]] : [];
        }),
      ),
      off: ruleNames.filter((rule) => !rules[rule].enabled),
      names: Object.fromEntries(named.map(([id, { name }]) => [id, name ?? id])),
    };
  }

  /**
   * Nothing is told of a finding until then. Throws OpsError `rules.no-such-finding`, `rules.mute-too-long`,
   * `journal.cannot-write`.
   */
  mute({ key, until, reason }: z.infer<typeof muteRequestSchema>, by: string): void {
    const now = this.#parts.now();
    if (!this.#engine?.has(key)) throw noSuchFinding();
    if (until <= now || until > now + longestMute) throw wrongEnd();
    this.#book.mute(key, { until, reason, by });
    this.#wakeAtNextEnd();
    this.#tell();
  }

  /** Throws OpsError `journal.cannot-write`. */
  unmute(key: string): void {
    this.#book.unmute(key);
    this.#tell();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The estate in force changed. */
  reconsider(): void {
    this.#engine?.reconsider();
  }

  /** Works out at once all that is still to be worked out. */
  settle(): void {
    this.#engine?.settle();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#engine?.close();
    this.#listeners.clear();
  }

  #wakeAtNextEnd(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const now = this.#parts.now();
    const end = this.#book.nextEnd(now);
    if (end === null) return;
    this.#timer = setTimeout(
      () => {
        this.#tell();
        this.#wakeAtNextEnd();
      },
      Math.min(end - now + 1, 2_147_483_647),
    );
    this.#timer.unref();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function count(findings: readonly Finding[], is: (finding: Finding) => boolean): number {
  return findings.reduce((sum, finding) => sum + (is(finding) ? 1 : 0), 0);
}

function noSuchFinding(): OpsError {
  return new OpsError({
    code: "rules.no-such-finding",
    system: "rules",
    message: text("There is no such finding any more.", "Cette détection n'existe plus."),
    hint: text("Look at the list again.", "Consultez de nouveau la liste."),
  });
}

function wrongEnd(): OpsError {
  return new OpsError({
    code: "rules.mute-too-long",
    system: "rules",
    message: text(
      "A mute must end, within ninety days from now.",
      "Une mise en sourdine doit prendre fin, dans les quatre-vingt-dix jours.",
    ),
    hint: text("Choose an earlier end.", "Choisissez une fin plus proche."),
  });
}
