import { figure, minuteInWords } from "../../shared/amount-words.ts";
import type { FactKey } from "../../shared/facts.ts";
import type { Fact } from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import type { Followed } from "../inventory/reader.ts";
import { type FillingForecast, Fullness } from "./fullness.ts";
import { factEvidence, type ResourceRule, type RuleContext, type Sighting } from "./rule.ts";

/** Facts that say how full something is, in percent. */
const watched = ["disk.fullest", "storage.used"] as const satisfies readonly FactKey[];
const day = 86_400_000;

interface Kept {
  fullness: Fullness;
  forecast: FillingForecast | null;
}

/** Disks and datastores that are full, or will be soon by how they filled while this console looked. */
export class DiskFilling implements ResourceRule {
  readonly kinds = ["host", "vm", "node", "volume", "service"] as const;
  readonly #kept = new Map<string, Kept>();

  /** `recalled`: what was kept before, by the same keys as `readings` gives. */
  constructor(recalled: ReadonlyMap<string, Fullness> = new Map()) {
    for (const [key, fullness] of recalled) {
      this.#kept.set(key, { fullness, forecast: fullness.forecast() });
    }
  }

  /** What is to be kept, by fact and resource. */
  *readings(): Iterable<[string, Fullness]> {
    for (const [key, { fullness }] of this.#kept) yield [key, fullness];
  }

  look(resource: Followed, context: RuleContext): Sighting | null {
    for (const key of watched) {
      const fact = resource.fact(key);
      if (typeof fact?.value !== "number") continue;
      const kept = this.#take(`${key} ${resource.id}`, fact.at, fact.value);
      const sighting = judged(fact, fact.value, kept, context);
      if (sighting) return sighting;
    }
    return null;
  }

  forget(id: string): void {
    for (const key of watched) this.#kept.delete(`${key} ${id}`);
  }

  /** The forecast is worked out again only when it has another reading. */
  #take(key: string, at: number, used: number): Kept {
    const kept = this.#kept.get(key) ?? { fullness: new Fullness(), forecast: null };
    this.#kept.set(key, kept);
    const newest = kept.fullness.newest;
    kept.fullness.add(at, used);
    if (kept.fullness.newest !== newest) kept.forecast = kept.fullness.forecast();
    return kept;
  }
}

function judged(fact: Fact, used: number, kept: Kept, { rules, now }: RuleContext): Sighting | null {
  const { days, fullFrom } = rules["disk-filling"];
  const { forecast, fullness } = kept;
  const reading = factEvidence(fact, text(`${figure(used).en} % used`, `${figure(used).fr} % utilisés`));
  if (used >= fullFrom) {
    const words = text(`It is ${figure(used).en} % full.`, `Rempli à ${figure(used).fr} %.`);
    return { health: used >= 99 ? "critical" : "warning", text: words, evidence: [reading], proposal: null };
  }
  if (!forecast || forecast.at > now + days * day) return null;
  const [pace, at] = [figure(forecast.pace), minuteInWords(forecast.at)];
  const [earliest, latest] = [minuteInWords(forecast.earliest), minuteInWords(forecast.latest)];
  const since = minuteInWords(fullness.since ?? now);
  return {
    health: forecast.at <= now + day ? "critical" : "warning",
    text: text(
      `It is ${figure(used).en} % full and will be full about ${at}.`,
      `Rempli à ${figure(used).fr} %, il sera plein vers le ${at}.`,
    ),
    evidence: [
      reading,
      {
        text: text(
          `${pace.en} % more a day by ${fullness.readings} readings since ${since}; half of them say between ${earliest} and ${latest}`,
          `${pace.fr} % de plus par jour d'après ${fullness.readings} relevés depuis le ${since} ; la moitié d'entre eux disent entre le ${earliest} et le ${latest}`,
        ),
        source: fact.source,
        at: fact.at,
      },
    ],
    proposal: null,
  };
}
