import {
  type CertificateFacet,
  type CertificateFrame,
  type CertificateQuery,
  certificateFacets,
  certificateStates,
} from "../../shared/certificates.ts";
import { fold } from "../inventory/fold.ts";
import type { CertificateEngine, JudgedCertificate } from "./engine.ts";

type Known = Pick<CertificateEngine, "all" | "shown" | "names">;

const collator = new Intl.Collator("en", { numeric: true });
/** Values of one facet that are told; of issuers and keys there may be many. */
const mostValues = 200;

/** The window of the list that a screen looks at, as of now. */
export function certificateFrame(known: Known, query: CertificateQuery, now: number): CertificateFrame {
  const all = [...known.all()];
  const { matching, facets } = filtered(all, query);
  const sorted = matching.sort(comparing(query.sort));
  return {
    asOf: now,
    total: all.length,
    matching: matching.length,
    offset: query.offset,
    rows: sorted.slice(query.offset, query.offset + query.limit).map((each) => known.shown(each)),
    numbers: numbersOf(all),
    facets,
    names: known.names(),
  };
}

function numbersOf(all: readonly JudgedCertificate[]): CertificateFrame["numbers"] {
  const numbers = { expired: 0, wrong: 0, soon: 0 };
  for (const { judgement } of all) {
    const { state } = judgement;
    if (state === "expired" || state === "revoked") numbers.expired += 1;
    else if (state === "late" || state === "soon") numbers.soon += 1;
    else if (judgement.problems.length > 0) numbers.wrong += 1;
  }
  return numbers;
}

/** What the filter lets through, and how many there would be with each value of a facet, the other facets being as they are. */
function filtered(
  all: readonly JudgedCertificate[],
  { text, facets: chosen }: CertificateQuery,
): { matching: JudgedCertificate[]; facets: CertificateFrame["facets"] } {
  const words = fold(text.trim());
  const wanted = certificateFacets.flatMap((facet) => {
    const values = chosen[facet];
    return values && values.length > 0 ? [{ facet, values: new Set(values) }] : [];
  });
  const counts = new Map<CertificateFacet, Map<string, number>>();
  for (const facet of certificateFacets) counts.set(facet, new Map());
  const matching: JudgedCertificate[] = [];
  for (const each of all) {
    if (words !== "" && !haystack(each).includes(words)) continue;
    const missing = wanted.filter(({ facet, values }) => !values.has(wordOf(each, facet)));
    if (missing.length === 0) matching.push(each);
    if (missing.length > 1) continue;
    for (const facet of certificateFacets) {
      if (missing.length === 1 && missing[0]?.facet !== facet) continue;
      const value = wordOf(each, facet);
      const of = counts.get(facet);
      if (value !== "") of?.set(value, (of.get(value) ?? 0) + 1);
    }
  }
  return { matching, facets: Object.fromEntries([...counts].map(([facet, of]) => [facet, mostOf(of)])) };
}

function mostOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  const all = [...counts];
  if (all.length <= mostValues) return Object.fromEntries(all);
  return Object.fromEntries(all.sort(([, one], [, other]) => other - one).slice(0, mostValues));
}

const haystacks = new WeakMap<object, string>();

/** Folding is dear, and a record stays the same object until it is read anew. */
function haystack({ record }: JudgedCertificate): string {
  const known = haystacks.get(record);
  if (known !== undefined) return known;
  const { name, id, subject, issuer, names, serial, fingerprint } = record;
  const made = fold([name, id, subject, issuer, ...names, serial, fingerprint].join("\n"));
  haystacks.set(record, made);
  return made;
}

/** "" where it has no value of a facet. */
function wordOf({ record, judgement }: JudgedCertificate, facet: CertificateFacet): string {
  switch (facet) {
    case "state":
      return judgement.state;
    case "month":
      return record.notAfter === null ? "" : monthOf(record.notAfter);
    default:
      return record[facet] ?? "";
  }
}

/** The year and month of a moment, `2026-03`, in UTC. */
function monthOf(at: number): string {
  const date = new Date(at);
  const month = date.getUTCMonth() + 1;
  return Number.isNaN(month) ? "" : `${date.getUTCFullYear()}-${month < 10 ? "0" : ""}${month}`;
}

function comparing({ by, direction }: CertificateQuery["sort"]) {
  const sign = direction === "ascending" ? 1 : -1;
  return (one: JudgedCertificate, other: JudgedCertificate): number =>
    sign * between(one, other, by) ||
    endOf(one) - endOf(other) ||
    // Many end on one day: comparing words by a language for each of them is dear.
    (one.record.id < other.record.id ? -1 : 1);
}

function between(
  one: JudgedCertificate,
  other: JudgedCertificate,
  by: CertificateQuery["sort"]["by"],
): number {
  switch (by) {
    case "state":
      return orderOf(one) - orderOf(other);
    case "notAfter":
      return endOf(one) - endOf(other);
    case "name":
      return collator.compare(one.record.name, other.record.name);
    case "issuer":
      return collator.compare(one.record.issuer ?? "", other.record.issuer ?? "");
  }
}

function orderOf({ judgement }: JudgedCertificate): number {
  return certificateStates.indexOf(judgement.state);
}

/** What has no known end stands last. */
function endOf({ record }: JudgedCertificate): number {
  return record.notAfter ?? Number.MAX_SAFE_INTEGER;
}
