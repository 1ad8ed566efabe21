import { OpsError } from "../shared/errors.ts";
import type { Estate } from "../shared/estate.ts";
import type { Procedures } from "../shared/procedure.ts";
import type { ResourceKind } from "../shared/resource.ts";
import { text } from "../shared/text.ts";
import type { Action } from "./actions/action.ts";
import { certificateActions } from "./certificates/actions/index.ts";
import type { FurtherCheck } from "./estate/load.ts";
import { child, entriesOf } from "./estate/located.ts";
import { maintenanceActions } from "./maintenance/actions.ts";
import { MaintenanceMarks } from "./maintenance/maintenance.ts";
import { checkOperators } from "./people/operators-check.ts";
import { validatePlans } from "./pra/validate-plans.ts";
import { catalogueOf, type DeclaredResources } from "./procedures/definition/catalogue.ts";
import { validateProcedures } from "./procedures/definition/validate.ts";
import { systemDefinitions } from "./system-definitions.ts";
import type { SystemContext } from "./systems/system.ts";
import { workstationClock } from "./vault/clock.ts";
import { VaultDesk } from "./vault/desk.ts";

/**
 * Checks the operators of an estate file, and its procedures and PRA plans against the actions that its own systems have.
 * While something else is wrong with the file, it is not known which these are: they are checked once it is mended.
 */
export function proceduresCheck(builtIn: Procedures): FurtherCheck {
  return (tree, estate, faults) => {
    checkOperators(tree, estate, faults);
    const known = estate && knownOf(estate);
    validateProcedures({
      tree,
      path: ["procedures"],
      catalogue: known && catalogueOf(known.actions),
      resources: known?.resources ?? null,
      places: {
        site: [...entriesOf(child(tree, "sites")).keys()],
        environment: [...entriesOf(child(tree, "environments")).keys()],
      },
      applications: [...entriesOf(child(tree, "plans")).values()].flatMap(({ value }) => [
        ...entriesOf(child(value, "applications")).keys(),
      ]),
      others: builtIn,
      faults,
    });
    validatePlans({ tree, resources: known?.resources ?? null, others: builtIn, faults });
  };
}

function knownOf(estate: Estate): KnownOfEstate | null {
  if (Object.keys(estate.procedures).length + Object.keys(estate.plans).length === 0) return null;
  try {
    return knownOfEstate(estate);
  } catch {
    // A system that cannot even be made says so when the estate is put in force.
    return null;
  }
}

/** The actions of an estate's systems, and the console's own, without reaching anything: they are only asked for. */
export function actionsOf(estate: Estate): Action[] {
  return knownOfEstate(estate).actions;
}

interface KnownOfEstate {
  actions: Action[];
  resources: DeclaredResources;
}

function knownOfEstate(estate: Estate): KnownOfEstate {
  const actions: Action[] = [];
  const kinds = new Map<string, ResourceKind[]>();
  const declare = (id: string, kind: ResourceKind) => kinds.set(id, [...(kinds.get(id) ?? []), kind]);
  for (const id of Object.keys(estate.sites)) declare(id, "site");
  for (const id of Object.keys(estate.reach.hops)) declare(id, "host");
  for (const [id, config] of Object.entries(estate.systems)) {
    const definition = systemDefinitions.find(({ type }) => type === config.type);
    if (!definition) continue;
    const system = definition.create(config as never, unreachable(id));
    for (const one of system.declarations()) declare(one.id, one.kind);
    actions.push(...system.actions);
    // Nothing was opened; whatever closing has against it matters to nobody.
    system.close().catch(() => {});
  }
  const systems = Object.keys(estate.systems);
  return {
    actions: [...actions, ...ownActions()],
    resources: { kinds, mayBeFound: (id) => systems.some((system) => id.startsWith(`${system}/`)) },
  };
}

function ownActions(): Action[] {
  const refuse = () => {
    throw nothingToReach();
  };
  const now = () => 0;
  const marks = new MaintenanceMarks({
    record: { write: refuse },
    journal: { ofTypes: () => [] },
    now,
    onChange: () => {},
  });
  const book = {
    requestsOf: () => [],
    signedFor: () => null,
    signedWith: () => null,
    hasTicket: () => false,
  };
  const keys = {
    ...{ places: () => [], referenceOf: () => "", takes: () => false },
    ...{ has: refuse, keep: refuse, read: refuse, forget: refuse },
  };
  const desk = { find: () => null, book };
  return [
    ...maintenanceActions({ marks, resources: () => [], now }),
    ...certificateActions({ desk, keys, channel: () => null, signer: () => null, now }),
  ];
}

/** A place to be for systems that are only asked what they could do. */
function unreachable(id: string): SystemContext {
  const refuse = async (): Promise<never> => {
    throw nothingToReach();
  };
  const questions = { interactive: false, ask: refuse };
  const secrets = { resolve: refuse };
  const vaults = new VaultDesk({
    dial: refuse,
    secrets,
    questions,
    journal: { write: refuse },
    clock: workstationClock(() => 0),
    folder: () => "",
    conceal: () => {},
  });
  return {
    id,
    vaults,
    reach: {
      execute: refuse,
      shell: refuse,
      dial: refuse,
      forward: refuse,
      tryLogin: refuse,
      provenHostKey: () => null,
    },
    secrets,
    questions,
    now: () => 0,
  };
}

function nothingToReach(): OpsError {
  return new OpsError({
    code: "procedures.only-checked",
    system: "procedures",
    message: text(
      "A system was asked to work while its estate file was only being checked.",
      "Un système a été sollicité alors que son fichier de parc était seulement en cours de vérification.",
    ),
    hint: text("Put the estate in force first.", "Mettez d'abord le parc en vigueur."),
  });
}
