import { type PraPlan, praDirections, praPlanSchema } from "../../shared/pra-plan.ts";
import { type Procedure, procedureSchema } from "../../shared/procedure.ts";
import { text } from "../../shared/text.ts";
import { type FaultList, shown } from "../estate/faults.ts";
import { child, entriesOf, type Located, plain } from "../estate/located.ts";
import type { DeclaredResources } from "../procedures/definition/catalogue.ts";
import { type Path, Report } from "../procedures/definition/checks/report.ts";
import { checkResource } from "../procedures/definition/checks/resource.ts";
import { inOrder } from "../procedures/definition/graph.ts";
import { valueFault } from "../procedures/definition/variable-values.ts";

/** What plans are checked in and against. */
export interface PlanValidationParts {
  /** The whole estate file. */
  tree: Located;
  /** Null where it is not known what the estate declares. */
  resources: DeclaredResources | null;
  /** Procedures that are not in this file. */
  others: Readonly<Record<string, Procedure>>;
  faults: FaultList;
}

interface Around {
  report: Report;
  resources: DeclaredResources | null;
  sites: string[];
  procedures: Map<string, Procedure | null>;
}

/**
 * Checks every PRA plan of an estate against its own tiers and applications, and the sites, procedures and resources that it
 * names. Those that do not have the shape of a plan are passed over: their shape is reported by who read them. Never
 * throws for what is in the file.
 */
export function validatePlans({ tree, resources, others, faults }: PlanValidationParts): void {
  const procedures = new Map<string, Procedure | null>(Object.entries(others));
  for (const [id, { value }] of entriesOf(child(tree, "procedures")))
    procedures.set(id, procedureSchema.safeParse(plain(value)).data ?? null);
  const around: Around = {
    report: new Report(tree, faults),
    resources,
    sites: [...entriesOf(child(tree, "sites")).keys()],
    procedures,
  };
  for (const [id, { value }] of entriesOf(child(tree, "plans"))) {
    const parsed = praPlanSchema.safeParse(plain(value));
    if (parsed.success) checkPlan(parsed.data, ["plans", id], around);
  }
}

function checkPlan(plan: PraPlan, path: Path, around: Around): void {
  checkSites(plan, path, around);
  for (const direction of praDirections)
    checkDirection(plan.directions[direction], [...path, "directions", direction], around);
  if (plan.splitBrain !== undefined) checkProcedure(plan.splitBrain, [...path, "splitBrain"], around);
  for (const [id, application] of Object.entries(plan.applications))
    checkApplication(id, application, plan, [...path, "applications", id], around);
  checkCycles(plan, path, around.report);
  for (const [index, id] of plan.readiness.well.entries())
    checkResource(id, [...path, "readiness", "well", index], around);
}

function checkSites({ production, recovery }: PraPlan, path: Path, { sites, report }: Around): void {
  for (const [key, site] of Object.entries({ production, recovery })) {
    if (sites.includes(site)) continue;
    report.at([...path, key], {
      message: text(`There is no site "${site}".`, `Il n'y a pas de site « ${site} ».`),
      expected: text('a site of the estate\'s "sites"', "un site de « sites » du parc"),
      word: site,
      candidates: sites,
    });
  }
  if (production !== recovery) return;
  report.at([...path, "recovery"], {
    message: text(
      "Production is carried to the site that it is at.",
      "La production est portée vers le site où elle se trouve.",
    ),
    expected: text("another site than the production's", "un autre site que celui de la production"),
  });
}

/** The procedure of that identifier; null for none, and for one with faults of its own, which is mended first. */
function checkProcedure(id: string, path: Path, { procedures, report }: Around): Procedure | null {
  const procedure = procedures.get(id);
  if (procedure === undefined)
    report.at(path, {
      message: text(`There is no procedure "${id}".`, `Il n'y a pas de procédure « ${id} ».`),
      expected: text("the identifier of a procedure", "l'identifiant d'une procédure"),
      word: id,
      candidates: [...procedures.keys()],
    });
  return procedure ?? null;
}

function checkDirection(
  { procedure: id, with: given }: PraPlan["directions"]["bascule"],
  path: Path,
  around: Around,
): void {
  const { report } = around;
  const procedure = checkProcedure(id, [...path, "procedure"], around);
  if (procedure === null) return;
  const { variables } = procedure;
  for (const [name, value] of Object.entries(given)) {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const place = [...path, "with", name];
    if (variable === undefined) {
      report.atKey(place, {
        message: text(
          `The procedure "${id}" has no variable "${shown(name)}".`,
          `La procédure « ${id} » n'a pas de variable « ${shown(name)} ».`,
        ),
        expected: text("one of its variables", "une de ses variables"),
        word: name,
        candidates: Object.keys(variables),
      });
      continue;
    }
    const expected = valueFault(variable, value);
    if (expected)
      report.at(place, {
        message: text(`"${name}" does not take this value.`, `« ${name} » n'admet pas cette valeur.`),
        expected,
      });
  }
  for (const [name, variable] of Object.entries(variables)) {
    if (variable.default !== undefined || Object.hasOwn(given, name) || givenByItself[name]) continue;
    report.at([...path, "procedure"], {
      message: text(
        `The variable "${name}" of the procedure "${id}" gets no value.`,
        `La variable « ${name} » de la procédure « ${id} » ne reçoit pas de valeur.`,
      ),
      expected: text(`"${name}" under "with"`, `« ${name} » sous « with »`),
    });
  }
  for (const [name, values] of Object.entries(givenByItself)) {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const refused = variable && values.find((value) => valueFault(variable, value) !== null);
    if (refused === undefined) continue;
    report.at([...path, "procedure"], {
      message: text(
        `The variable "${name}" of the procedure "${id}" does not take "${refused}".`,
        `La variable « ${name} » de la procédure « ${id} » n'admet pas « ${refused} ».`,
      ),
      expected: text(
        `a variable that takes ${values.join(", ")}`,
        `une variable qui admet ${values.join(", ")}`,
      ),
    });
  }
}

/** What the console gives a procedure besides, where it has such variables. */
const givenByItself: Readonly<Record<string, readonly string[]>> = {
  mode: ["planned", "disaster"],
  direction: praDirections,
};

function checkApplication(
  id: string,
  { tier, needs, protects, replicatedBy, serves }: PraPlan["applications"][string],
  { tiers, applications }: PraPlan,
  path: Path,
  around: Around,
): void {
  const { report } = around;
  if (!Object.hasOwn(tiers, tier))
    report.at([...path, "tier"], {
      message: text(`The plan has no tier "${tier}".`, `Le plan n'a pas de niveau « ${tier} ».`),
      expected: text('a tier of the plan\'s "tiers"', "un niveau de « tiers » du plan"),
      word: tier,
      candidates: Object.keys(tiers),
    });
  for (const [index, need] of needs.entries()) {
    if (Object.hasOwn(applications, need)) continue;
    report.at([...path, "needs", index], {
      message: text(`The plan has no application "${need}".`, `Le plan n'a pas d'application « ${need} ».`),
      expected: text("another application of the plan", "une autre application du plan"),
      word: need,
      candidates: Object.keys(applications).filter((other) => other !== id),
    });
  }
  const lists: [Path, readonly string[]][] = [
    [["protects"], protects],
    [["replicatedBy"], replicatedBy],
    [["serves", "production"], serves.production],
    [["serves", "recovery"], serves.recovery],
    [["serves", "outside"], serves.outside],
  ];
  for (const [keys, ids] of lists)
    for (const [index, resource] of ids.entries()) checkResource(resource, [...path, ...keys, index], around);
}

function checkCycles({ applications }: PraPlan, path: Path, report: Report): void {
  const before = new Map(
    Object.entries(applications).map(([id, { needs }]) => [
      id,
      needs.filter((need) => Object.hasOwn(applications, need)),
    ]),
  );
  for (const [first = "", ...others] of inOrder(before).cycles)
    report.at([...path, "applications", first, "needs"], {
      message: text(
        `The applications need each other: ${first} needs ${others.join(", which needs ")}.`,
        `Les applications ont besoin les unes des autres : ${first} a besoin de ${others.join(", qui a besoin de ")}.`,
      ),
      expected: text(
        "needs that end at an application with none",
        "des besoins qui finissent par une application sans besoin",
      ),
    });
}
