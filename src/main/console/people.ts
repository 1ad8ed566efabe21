import { join } from "node:path";
import { KeptKeys } from "../people/kept-keys.ts";
import { PeopleDesk } from "../people/people-desk.ts";
import { Attachments } from "../procedures/attachments.ts";
import { agentSocket } from "../reach/agent.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";

/** The operators of the estate, the keys that are kept for them and what they attach; from now on one of them works here. */
export async function openPeople(ground: Ground, { watcher }: Declared) {
  const keys = new KeptKeys(join(ground.folder, "operator-keys"));
  await keys.start();
  const attachments = ground.endings.closing(new Attachments(join(ground.folder, "attachments")));
  await attachments.start();
  const people = new PeopleDesk({
    operators: () => watcher.estate?.operators ?? noOperators,
    account: ground.me.account,
    keys,
    record: ground.record,
    agentSocket: () => agentSocket(true, process.env),
  });
  ground.me.knownBy(people);
  return { people, attachments };
}

/** Always the same object, as `PeopleDesk` asks for. */
const noOperators = {};
