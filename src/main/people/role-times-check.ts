import { minuteInWords } from "../../shared/amount-words.ts";
import { grantSchema, spanOf, standingOf } from "../../shared/roles.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "../estate/faults.ts";
import { find, type Located, plain } from "../estate/located.ts";

/**
 * Finds a role that ends before it begins, and advises where one has ended or does so within seven days of `now`, epoch
 * milliseconds. A time that is none is the schema's to refuse.
 */
export function checkTimes(
  operator: string,
  roles: Located | undefined,
  faults: FaultList,
  now: number,
): void {
  if (roles?.kind !== "list") return;
  for (const [index, item] of roles.items.entries()) {
    const read = grantSchema.safeParse(plain(item));
    if (!read.success || read.data.until === undefined) continue;
    const grant = read.data;
    const at = find(item, ["until"])?.value.at ?? item.at;
    const path = pathWords(["operators", operator, "roles", index, "until"]);
    const { from, until } = spanOf(grant);
    if (until <= from) {
      faults.add({
        at,
        path,
        message: text("The role ends before it begins.", "Le rôle prend fin avant de commencer."),
        expected: text('a moment after "from"', "un moment après « from »"),
      });
      continue;
    }
    const message = words(grant.role, operator, standingOf(grant, now), until);
    if (message === null) continue;
    const expected = text(
      "a later end where it is still needed, else no such role",
      "une fin plus tardive s'il sert encore, sinon pas de tel rôle",
    );
    faults.advise({ at, path, message, expected });
  }
}

function words(
  role: string,
  operator: string,
  standing: ReturnType<typeof standingOf>,
  until: number,
): LocalText | null {
  const who = shown(operator);
  const when = minuteInWords(until);
  if (standing === "ended") {
    return text(
      `The role "${role}" of "${who}" ended on ${when}: it gives nothing any more.`,
      `Le rôle « ${role} » de « ${who} » a pris fin le ${when} : il ne donne plus rien.`,
    );
  }
  if (standing !== "ending") return null;
  return text(
    `The role "${role}" of "${who}" ends on ${when}.`,
    `Le rôle « ${role} » de « ${who} » prend fin le ${when}.`,
  );
}
