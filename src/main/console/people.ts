import { createHash } from "node:crypto";
import { join } from "node:path";
import { KeptKeys } from "../people/kept-keys.ts";
import { KeychainKeys, type KeychainPlace } from "../people/keychain-keys.ts";
import { Passes } from "../people/passes.ts";
import { PeopleDesk } from "../people/people-desk.ts";
import { Rights } from "../people/rights.ts";
import { RoleTimes } from "../people/role-times.ts";
import { Attachments } from "../procedures/attachments.ts";
import { agentSocket } from "../reach/agent.ts";
import type { SecretService } from "../secrets/secret-service.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";

/** The operators of the estate, the keys that are kept for them, what they may do, and what they attach. */
export async function openPeople(
  ground: Ground,
  { watcher }: Declared,
  { secrets }: { secrets: SecretService },
) {
  const { endings, journal, me, now, record } = ground;
  const keys = new KeptKeys(join(ground.folder, "operator-keys"));
  await keys.start();
  const attachments = endings.closing(new Attachments(join(ground.folder, "attachments")));
  await attachments.start();
  const people = new PeopleDesk({
    operators: () => watcher.estate?.operators ?? noOperators,
    account: me.account,
    keys,
    record,
    agentSocket: () => agentSocket(true, process.env),
    keychain: new KeychainKeys(keychainPlace(secrets), ground.workstation),
  });
  const steadyNow = () => Math.max(now(), journal.steadyNow());
  const passes = endings.closing(new Passes({ record, journal, now: steadyNow }));
  const rights = new Rights({
    roster: () => people.roster,
    hasPass: (operator) => passes.of(operator) !== null,
    now: steadyNow,
  });
  const roleTimes = endings.closing(new RoleTimes({ roster: () => people.roster, now: steadyNow }));
  endings.add(watcher.onChange(() => roleTimes.look()));
  me.knownBy({
    get actor() {
      // While rights are told by roles, an account proves nothing.
      return rights.inForce ? me.account : people.actor;
    },
  });
  return { people, attachments, passes, rights, roleTimes };
}

/** What `openPeople` opens. */
export type People = Awaited<ReturnType<typeof openPeople>>;

/** Always the same object, as `PeopleDesk` asks for. */
const noOperators = {};

function keychainPlace(secrets: SecretService): KeychainPlace {
  return {
    has: (name) => secrets.state().secrets.some((one) => one.name === name && one.present === true),
    read: async (name) => (await secrets.resolve(`keychain:${name}`, "people")).reveal(),
    write: async (name, value) => void (await secrets.set(name, value)),
  };
}

/** The data folder as a challenge names it: it says which console it is without telling where that keeps its things. */
export function folderName({ folder }: Pick<Ground, "folder">): string {
  return createHash("sha256").update(folder).digest("hex");
}
