import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ActionOffer, Risk } from "../../shared/action.ts";
import type { Operators } from "../../shared/people.ts";
import type { Pass } from "../../shared/sign-in.ts";
import { sameText } from "../../shared/text.ts";
import { loadEstate } from "../estate/load.ts";
import { GrantPlaces } from "./grant-places.ts";
import { Rights } from "./rights.ts";
import { RightsDesk } from "./rights-desk.ts";
import { Roster } from "./roster.ts";

const operators: Operators = {
  ada: { name: "Ada", keys: [], accounts: [], roles: [{ role: "operate", sites: ["north"] }] },
  bea: { name: "Bea", keys: [], accounts: [], roles: [{ role: "destroy" }, { role: "approve" }] },
  cyd: { name: "Cyd", keys: [], accounts: [] },
};
const north = { site: "north", environment: null };
const south = { site: "south", environment: null };

let pass: Pass | null;
beforeEach(() => {
  pass = null;
});

function desk(person: string | null, declared = operators) {
  const roster = new Roster(declared);
  const passOf = (id: string) => (pass?.operator === id ? pass : null);
  return new RightsDesk({
    desk: { roster },
    rights: new Rights({ roster: () => roster, hasPass: (id) => passOf(id) !== null, now: () => 0 }),
    passes: { of: passOf },
    signIn: { callerAt: () => ({ kind: "person", person, name: person ?? "account:x" }) },
    places: () => ({ sites: [{ id: "north", name: "North" }], environments: [] }),
    grantPlaces: (id) => (id === "ada" ? [{ file: "estate.yaml", line: 7 }] : []),
  });
}

const taken: Pass = {
  id: "p",
  operator: "ada",
  reason: "the night is long",
  from: 0,
  until: 9,
  active: true,
  touched: [],
  review: null,
};
const offer = (risk: Risk): ActionOffer => ({
  id: risk,
  title: sameText(risk),
  verb: sameText(risk),
  risk,
  effect: "convergent",
  fields: [],
  bulk: true,
  unavailable: null,
});
const greyed = (offers: ActionOffer[]) =>
  offers.flatMap(({ id, unavailable }) => (unavailable ? [[id, unavailable.en]] : []));

describe("what somebody may do", () => {
  it("is told with its line in the estate, and the end of what was taken", () => {
    expect(desk("ada").own("window")).toMatchObject({
      operator: "ada",
      extent: "by-roles",
      held: [
        {
          grant: { role: "operate", sites: ["north"] },
          standing: "in-force",
          file: "estate.yaml",
          line: 7,
        },
      ],
      taken: null,
      sites: [{ id: "north", name: "North" }],
    });
    pass = taken;
    expect(desk("ada").own("window").taken).toEqual({ until: 9, reason: "the night is long" });
    expect(desk("bea").own("window")).toMatchObject({ taken: null, held: [{ line: null }, { line: null }] });
    expect(desk(null).own("window")).toMatchObject({ operator: null, extent: "nothing", held: [] });
    const free = { ada: { name: "Ada", keys: [], accounts: [] } };
    expect(desk("ada", free).own("window").extent).toBe("everything");
  });

  it("names for each right who has it at a place", () => {
    const { roles, text } = desk("ada").mayDo("window", south);
    const told = roles.map(({ role, allowed, holders }) => [role, allowed, holders.map(({ id }) => id)]);
    expect(told).toEqual([
      ["look", false, ["bea"]],
      ["operate", false, ["bea"]],
      ["disrupt", false, ["bea"]],
      ["destroy", false, ["bea"]],
      ["approve", false, ["bea"]],
    ]);
    expect(text.en).toContain("Those who have it: Bea.");
    pass = taken;
    const now = desk("ada").mayDo("window", south);
    expect(now.roles.every(({ allowed }) => allowed)).toBe(true);
    expect(now.roles.at(-1)?.holders.map(({ id }) => id)).toEqual(["ada", "bea"]);
  });

  it("greys what they may do at none of the resources, and says who may", () => {
    const offers = [offer("safe"), offer("disruptive"), offer("destructive")];
    expect(greyed(desk("bea").permitted("window", offers, [south]))).toEqual([]);
    const refused = greyed(desk("ada").permitted("window", offers, [north, south]));
    expect(refused.map(([id]) => id)).toEqual(["disruptive", "destructive"]);
    expect(refused[0]?.[1]).toContain("Ada does not have the role “disrupt” at the site north");
    expect(refused[0]?.[1]).toContain("Those who have it: Bea.");
    expect(greyed(desk(null).permitted("window", offers, [north]))).toHaveLength(3);
    const nobodyHas = { ada: operators.ada ?? { name: "Ada", keys: [], accounts: [] } };
    const [words] = greyed(desk("ada", nobodyHas).permitted("window", [offer("destructive")], [north]));
    expect(words?.[1]).toContain("Nobody in the estate has that right.");
  });
});

describe("where a role stands", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "passerelle-grants-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is its line in the file of the estate in force", async () => {
    const path = join(folder, "estate.yaml");
    writeFileSync(
      path,
      `passerelle: 1
name: Atelier
sites: { north: {} }
operators:
  ada:
    name: Ada
    roles:
      - { role: operate, sites: [north] }
      - role: approve
  bea: { name: Bea }
`,
    );
    const loaded = await loadEstate(path, {});
    expect(loaded.ok).toBe(true);
    const places = new GrantPlaces(() => loaded.origin);
    expect(places.of("ada").map(({ line }) => line)).toEqual([8, 9]);
    expect([places.of("bea"), places.of("nobody")]).toEqual([[], []]);
    expect(new GrantPlaces(() => null).of("ada")).toEqual([]);
  });
});
