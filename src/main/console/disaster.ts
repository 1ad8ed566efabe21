import { join } from "node:path";
import type { ActionRunner } from "../actions/runner.ts";
import { BundleKeeper } from "../bundle/keeper.ts";
import { CopyDesk } from "../drill/copy-desk.ts";
import { DrillDesk } from "../drill/drill-desk.ts";
import { commandProgram, labProgram, startNodeProgram } from "../drill/programs.ts";
import { noEstate } from "../no-estate.ts";
import type { PeopleDesk } from "../people/people-desk.ts";
import { approversOf, startersOf } from "../people/plan-rights.ts";
import type { Rights } from "../people/rights.ts";
import type { Operator } from "../people/roster.ts";
import { PraDesk } from "../pra/desk.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reach } from "./reach.ts";
import type { Work } from "./work.ts";

interface DisasterParts extends Knowledge, Work {
  people: PeopleDesk;
  rights: Rights;
  secrets: Reach["secrets"];
}

/** What is kept ready for the worst day: the PRA plans, drills on a copy, and the sealed bundle. */
export function openDisaster(ground: Ground, { watcher }: Declared, parts: DisasterParts) {
  const { endings, journal, now, options, record, report } = ground;
  const { inventory, protection, capacity, fleet, registry, runner, procedures, people, rights, secrets } =
    parts;
  const estate = () => watcher.estate;
  const write: typeof record.write = (event) => record.write(event);

  const bundle = new BundleKeeper({
    estate,
    origin: () => watcher.origin && { ...watcher.origin, path: ground.estatePath },
    declaredSecrets: () => fleet.declaredSecrets(),
    secrets,
    journal,
    write,
    dataFolder: ground.folder,
    workstation: ground.workstation,
    openedFrom: ground.opened?.madeAt ?? null,
    report,
    now,
  });
  endings.closing(bundle);
  const pra = new PraDesk({
    estate,
    onEstate: (listener) => watcher.onChange(listener),
    inventory,
    beingRead: () => fleet.beingRead(),
    procedures,
    journal,
    write,
    protection,
    capacity: () => capacity.view(),
    secrets: () => secrets.state(),
    people: () => {
      const judging = { rights, desk: people, resource: (id: string) => inventory.get(id) };
      const canSign = ({ keys }: Operator) => keys.length > 0;
      return {
        operatorsWithKeys: people.roster.all().filter(canSign).length,
        roles: rights.inForce,
        approversOf: (nodes) => approversOf(judging, nodes).filter(canSign).map(nameOf),
        startersOf: (nodes) => startersOf(judging, nodes).map(nameOf),
      };
    },
    bundle: () => bundle.state(),
    progressOf: (task) => progressOf(runner, task),
    report,
    lab: options.lab,
    now,
  });
  endings.closing(pra);
  const copies = new CopyDesk({
    estate: () => {
      if (!watcher.estate) throw noEstate(ground.estatePath, watcher);
      return watcher.estate;
    },
    resources: () => inventory.all(),
    actions: () => registry.all(),
    keyFile: join(ground.folder, "copy-pseudonyms.key"),
    now,
  });
  const drills = new DrillDesk({
    folder: join(ground.folder, "drills"),
    labProgram: labProgram(),
    consoleProgram: commandProgram(),
    start: options.startProgram ?? (options.shell === "electron" ? null : startNodeProgram),
    ...(options.openBrowser && { openBrowser: options.openBrowser }),
    knowsPlan: (plan) => Object.hasOwn(watcher.estate?.plans ?? {}, plan),
    copy: () => copies.make(),
    record,
    bringBack: (plan, drill, brought) => pra.bringBack(plan, drill, brought),
    now,
  });
  endings.closing(drills);
  return { bundle, pra, copies, drills };
}

/** What `openDisaster` opens. */
export type Disaster = ReturnType<typeof openDisaster>;

const nameOf = ({ name }: Operator) => name;

function progressOf(runner: ActionRunner, id: string) {
  const last = runner.taskOf(id)?.progress.at(-1);
  return last ? { text: last.text, fraction: last.fraction } : null;
}
