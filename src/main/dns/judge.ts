import { secondInWords } from "../../shared/amount-words.ts";
import type { WireError } from "../../shared/errors.ts";
import type { FactValue, Health, Problem } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Answer } from "./answer.ts";
import type { Chain } from "./chain.ts";
import {
  agreed,
  type RecordReading,
  type Saying,
  type SerialSaying,
  sameAnswer,
  staleUntil,
} from "./reading.ts";
import { sameValues, type WatchedRecord, type Zone } from "./zones.ts";

/** The facts of a record as everybody answers it now. */
export function recordFacts(record: WatchedRecord, reading: RecordReading): Record<string, FactValue> {
  const answer = agreed(reading);
  const stale = staleResolvers(reading);
  const until = stale.map(staleUntil).filter((each) => each !== null);
  const known = [...record.values].find(([, values]) => answer && sameValues(values, answer.values));
  return {
    "dns.name": record.name,
    "dns.type": record.type,
    "dns.zone": record.zone?.name ?? null,
    "dns.value": answer ? answer.values : null,
    "dns.pointsTo": known?.[0] ?? null,
    "dns.ttl": answer?.values.length ? answer.ttl : null,
    "dns.agreed": reading.authoritative.length > 0 ? answer !== null : null,
    "dns.authoritative": reading.authoritative.map(sayingWords),
    "dns.resolvers": reading.resolvers.map(sayingWords),
    "dns.staleResolvers": stale.length,
    ...(until.length > 0 && { "dns.staleUntil": Math.max(...until) }),
    "dns.chain": reading.chain && reading.chain.names.length > 1 ? chainWords(reading.chain) : null,
    "dns.values": [...record.values].map(([name, values]) => `${name}: ${values.join(", ")}`),
  };
}

/** What is wrong with a record. */
export function recordProblems(record: WatchedRecord, reading: RecordReading): Problem[] {
  const answer = agreed(reading);
  const answering = reading.authoritative.filter((each) => each.answer?.authoritative);
  const problems = reading.authoritative.flatMap((each) => serverProblem(each, record.zone));
  if (answering.length > 1 && !answer) {
    problems.push(
      problem(
        "servers-disagree",
        "critical",
        text(
          `The authoritative servers disagree: ${answering.map(sayingWords).join("; ")}.`,
          `Les serveurs faisant autorité se contredisent : ${answering.map(sayingWords).join(" ; ")}.`,
        ),
      ),
    );
  }
  if (answer?.state !== undefined && answer.values.length === 0) problems.push(missing(record, answer));
  for (const each of staleResolvers(reading)) problems.push(stale(each));
  for (const { server, error } of reading.resolvers) {
    if (error) problems.push(silent("resolver-silent", server, error));
  }
  return [...problems, ...chainProblems(reading.chain), ...valueProblems(record)];
}

/** The facts of a zone. */
export function zoneFacts(zone: Zone, sayings: readonly SerialSaying[]): Record<string, FactValue> {
  const known = [...new Set(sayings.flatMap(({ serial }) => serial ?? []))];
  return {
    "dns.zone": zone.name,
    "dns.serial": known.length === 1 ? String(known[0]) : null,
    "dns.serials": sayings.map(
      ({ server, serial, error }) => `${server}: ${serial ?? error?.code ?? "no SOA"}`,
    ),
  };
}

/** What is wrong with a zone. */
export function zoneProblems(zone: Zone, sayings: readonly SerialSaying[]): Problem[] {
  const problems = sayings.flatMap(({ server, error, authoritative }) => {
    if (error) return [silent("server-silent", server, error)];
    return authoritative ? [] : [lame(server, zone.name)];
  });
  const serials = new Set(sayings.flatMap(({ serial }) => serial ?? []));
  if (serials.size > 1) {
    const [first, ...rest] = sayings.flatMap(({ server, serial }) =>
      serial === null ? [] : [`${server} ${serial}`],
    );
    const listed = [first, ...rest].join(", ");
    problems.push(
      problem(
        "serials-differ",
        "warning",
        text(
          `The servers hold different versions of the zone: ${listed}.`,
          `Les serveurs détiennent des versions différentes de la zone : ${listed}.`,
        ),
      ),
    );
  }
  return problems;
}

/** The resolvers that say something else than all authoritative servers do. */
function staleResolvers(reading: RecordReading): Saying[] {
  const answer = agreed(reading);
  if (!answer) return [];
  return reading.resolvers.filter((each) => each.answer !== null && !sameAnswer(each.answer, answer));
}

/** How one server's answer reads on a line. */
export function sayingWords({ server, answer, error }: Saying): string {
  if (!answer) return `${server}: ${error.code}`;
  const ttl = answer.ttl === null ? "" : ` (${answer.ttl} s)`;
  return `${server}: ${answerWords(answer)}${ttl}`;
}

/** What a server says of a record, without the time that it leaves for it. */
export function answerWords(answer: Answer): string {
  if (answer.values.length > 0) return answer.values.join(", ");
  if (answer.alias !== null) return `CNAME ${answer.alias}`;
  return answer.state === "name-unknown" ? "NXDOMAIN" : "NODATA";
}

function chainWords({ names, addresses }: Chain): string[] {
  return addresses.length > 0 ? [...names, addresses.join(", ")] : names;
}

function serverProblem({ server, answer, error }: Saying, zone: Zone | null): Problem[] {
  if (error) return [silent("server-silent", server, error)];
  return answer.authoritative ? [] : [lame(server, zone?.name ?? "?")];
}

function valueProblems({ values, type }: WatchedRecord): Problem[] {
  return [...values]
    .filter(([, usual]) => usual.length === 0)
    .map(([name]) =>
      problem(
        "bad-value",
        "warning",
        text(
          `The value \`${name}\` in the estate file fits no record of type ${type}.`,
          `La valeur « ${name} » du fichier de parc ne convient pas à un enregistrement de type ${type}.`,
        ),
      ),
    );
}

function missing(record: WatchedRecord, { alias }: Answer): Problem {
  if (alias !== null) {
    return problem(
      "is-alias",
      "critical",
      text(
        `${record.name} has no record of type ${record.type}: it is an alias of ${alias}.`,
        `${record.name} n'a pas d'enregistrement de type ${record.type} : c'est un alias de ${alias}.`,
      ),
    );
  }
  return problem(
    "missing",
    "critical",
    text(
      `The authoritative servers know no ${record.name} of type ${record.type}.`,
      `Les serveurs faisant autorité ne connaissent pas ${record.name} de type ${record.type}.`,
    ),
  );
}

function stale(saying: Saying): Problem {
  const { server, answer } = saying;
  const words = answer ? answerWords(answer) : "";
  const until = staleUntil(saying);
  const when = until === null ? null : secondInWords(until);
  return problem(
    "resolver-stale",
    "warning",
    when === null
      ? text(
          `The resolver ${server} gives another answer: ${words}.`,
          `Le résolveur ${server} donne une autre réponse : ${words}.`,
        )
      : text(
          `The resolver ${server} still answers ${words}, until ${when} at the latest.`,
          `Le résolveur ${server} répond encore ${words}, jusqu'à ${when} au plus tard.`,
        ),
  );
}

function silent(code: string, server: string, { message }: WireError): Problem {
  return problem(
    code,
    "warning",
    text(`${server} cannot be asked: ${message.en}`, `${server} ne peut pas être interrogé : ${message.fr}`),
  );
}

function lame(server: string, zone: string): Problem {
  return problem(
    "server-lame",
    "warning",
    text(
      `${server} does not answer for the zone ${zone}, though it is listed for it.`,
      `${server} ne fait pas autorité pour la zone ${zone}, bien qu'il y figure.`,
    ),
  );
}

function chainProblems(chain: Chain | null): Problem[] {
  if (!chain || chain.names.length < 2) return [];
  const path = chain.names.join(" → ");
  switch (chain.end) {
    case "addresses":
      return [];
    case "broken":
      return [
        problem(
          "chain-broken",
          "critical",
          text(
            `The chain ${path} ends nowhere: ${chain.at} has no address.`,
            `La chaîne ${path} ne mène nulle part : ${chain.at} n'a pas d'adresse.`,
          ),
        ),
      ];
    case "loop":
      return [
        problem(
          "chain-loop",
          "critical",
          text(`The chain ${path} goes round in a circle.`, `La chaîne ${path} tourne en boucle.`),
        ),
      ];
    case "too-long":
      return [
        problem(
          "chain-too-long",
          "critical",
          text(
            `The chain from ${chain.names[0]} has too many aliases for resolvers to follow.`,
            `La chaîne partant de ${chain.names[0]} a trop d'alias pour que les résolveurs la suivent.`,
          ),
        ),
      ];
    case "unread":
      return [
        problem(
          "chain-unread",
          "unknown",
          text(
            `It is not known where ${chain.at} leads: no server or resolver answers for it.`,
            `On ne sait pas où mène ${chain.at} : aucun serveur ni résolveur ne répond à son sujet.`,
          ),
        ),
      ];
  }
}

function problem(code: string, health: Health, words: LocalText): Problem {
  return { code: `dns.${code}`, health, text: words };
}
