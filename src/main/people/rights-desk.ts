import type { ActionOffer } from "../../shared/action.ts";
import type { Resource } from "../../shared/resource.ts";
import { roleNames, roleOfRisk } from "../../shared/roles.ts";
import type { MayDo, OwnRights } from "../../shared/sign-in.ts";
import { text } from "../../shared/text.ts";
import type { Passes } from "./passes.ts";
import type { PeopleDesk } from "./people-desk.ts";
import type { Rights } from "./rights.ts";
import type { SignInDesk } from "./sign-in-desk.ts";

export interface RightsDeskParts {
  desk: Pick<PeopleDesk, "roster">;
  rights: Rights;
  passes: Pick<Passes, "of">;
  signIn: Pick<SignInDesk, "callerAt">;
  /** The sites and environments of the estate in force. */
  places(): Pick<OwnRights, "sites" | "environments">;
  /** Where each role of an operator stands in the estate's files, in their order. */
  grantPlaces(operator: string): { file: string; line: number }[];
}

type Located = Pick<Resource, "site" | "environment">;

/** Says at each window what whoever is there may do, where that comes from, and who may do what they may not. */
export class RightsDesk {
  readonly #parts: RightsDeskParts;

  constructor(parts: RightsDeskParts) {
    this.#parts = parts;
  }

  /** What whoever is at a seat may do where a resource is, and who has each right there. */
  mayDo(seat: string, { site, environment }: Located): MayDo {
    const { rights, signIn } = this.#parts;
    const caller = signIn.callerAt(seat);
    const place = { site, environment };
    const judged = roleNames.map((role) => ({ role, ...rights.judge(caller, role, place) }));
    const told = judged.find(({ allowed }) => !allowed) ?? judged.at(-1);
    return {
      roles: judged.map(({ role, allowed }) => ({ role, allowed, holders: rights.holders(role, place) })),
      text: told?.text ?? text("", ""),
    };
  }

  /** All that whoever is at a seat may do, and where each right comes from. */
  own(seat: string): OwnRights {
    const { desk, rights, passes, signIn, places, grantPlaces } = this.#parts;
    const { person } = signIn.callerAt(seat);
    const found = person === null ? null : desk.roster.find(person);
    const extent = !rights.inForce ? "everything" : found === null ? "nothing" : "by-roles";
    if (found === null) return { operator: person, extent, held: [], taken: null, ...places() };
    const at = grantPlaces(found.id);
    const pass = passes.of(found.id);
    return {
      operator: found.id,
      extent,
      held: found.roles.map((grant, index) => ({
        grant,
        standing: rights.standingOf(grant),
        file: at[index]?.file ?? null,
        line: at[index]?.line ?? null,
      })),
      taken: pass && { until: pass.until, reason: pass.reason },
      ...places(),
    };
  }

  /** Greys what whoever is at a seat has the right to at none of the resources, and says who has it. */
  permitted(seat: string, offers: ActionOffer[], resources: readonly Located[]): ActionOffer[] {
    const { rights, signIn } = this.#parts;
    if (!rights.inForce) return offers;
    const caller = signIn.callerAt(seat);
    return offers.map((offer) => {
      const role = roleOfRisk[offer.risk];
      const verdicts = resources.map(({ site, environment }) =>
        rights.judge(caller, role, { site, environment }),
      );
      const [first] = verdicts;
      if (first === undefined || verdicts.some(({ allowed }) => allowed)) return offer;
      return { ...offer, unavailable: first.text };
    });
  }
}
