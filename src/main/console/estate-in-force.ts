import { resolve } from "node:path";
import { toOpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import type { BundleKeeper } from "../bundle/keeper.ts";
import type { Fleet } from "../fleet.ts";
import { hostAndPort } from "../reach/place.ts";
import type { Questions } from "../reach/questions.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reach } from "./reach.ts";

/** Puts the estate in force, and every later one that is valid; resolves when the first one is. */
export async function followEstate(
  { journal, report }: Ground,
  { watcher, folder }: Declared,
  { knownHosts, reach, secrets, questions }: Reach,
  { fleet, capacity, protection, certificates }: Knowledge,
  bundle: BundleKeeper,
): Promise<void> {
  let inForce: Estate | null = null;
  let applied = Promise.resolve();
  const apply = async (estate: Estate) => {
    knownHosts.setFiles(estate.reach.knownHosts.map((file) => resolve(folder(), file)));
    reach.retain((system) => Object.hasOwn(estate.systems, system));
    reach.update(estate.reach);
    await fleet.apply(estate);
    capacity.reconsider();
    protection.reconsider();
    certificates.reconsider();
    secrets.declare(fleet.declaredSecrets());
    if (bundle.isStarted) bundle.look();
    withdrawStrayQuestions(questions, fleet);
    journal.write({
      type: "estate.applied",
      subject: null,
      task: null,
      data: { name: estate.name, digest: watcher.origin?.digest ?? "" },
    });
  };
  const follow = () => {
    const { estate } = watcher;
    if (!estate || estate === inForce) return;
    inForce = estate;
    applied = applied
      .then(() => apply(estate))
      .catch((thrown: unknown) => report(toOpsError(thrown, "estate")));
  };
  watcher.onChange(follow);
  follow();
  await applied;
}

/** Nobody needs to judge the key of a host that the estate no longer reaches, or reaches elsewhere. */
function withdrawStrayQuestions(questions: Questions, fleet: Fleet): void {
  const places = new Set(
    fleet.logins().map(({ name, address, port }) => `${name} ${hostAndPort(address, port)}`),
  );
  questions.withdraw((asked) => asked.kind === "host-key" && !places.has(`${asked.target} ${asked.address}`));
}
