import { Door } from "../people/door.ts";
import { GrantPlaces } from "../people/grant-places.ts";
import { Proofs } from "../people/proofs.ts";
import { ProviderSignIn } from "../people/provider-sign-in.ts";
import { RightsDesk } from "../people/rights-desk.ts";
import { SignInDesk } from "../people/sign-in-desk.ts";
import { listenForRedirect } from "../reach/loopback-redirect.ts";
import { openAnnouncements } from "./announcing.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import { folderName, type People } from "./people.ts";
import type { Work } from "./work.ts";

/** Milliseconds between two looks at who has been idle too long. */
const lookEvery = 5000;
/** The one seat of a command line. */
export const commandSeat = "command-line";

/** Who signs in at which window, and the door that every call of a window goes through. */
export function openSignIn(
  ground: Ground,
  declared: Declared,
  staff: People,
  knowledge: Knowledge,
  work: Work,
) {
  const { watcher } = declared;
  const { people, passes, rights, roleTimes } = staff;
  const { inventory } = knowledge;
  const { engine, inside } = work;
  const { endings, me, now, record } = ground;
  endings.add(roleTimes.onChange(() => void engine.reconsider()));
  const provider = endings.closing(new ProviderSignIn({ listen: listenForRedirect }));
  const proofs = new Proofs({
    desk: people,
    workstation: ground.workstation,
    folder: folderName(ground),
    now,
  });
  const announcements = openAnnouncements(ground, declared, staff, knowledge, work);
  const signIn = new SignInDesk({
    desk: people,
    rights,
    passes,
    proofs,
    provider,
    settings: () => watcher.estate?.signIn,
    breakGlass: () => watcher.estate?.breakGlass,
    announcements,
    roleTimes,
    record,
    lab: ground.options.lab,
    now,
  });
  const grantPlaces = new GrantPlaces(() => watcher.origin);
  const rightsDesk = new RightsDesk({
    desk: people,
    rights,
    passes,
    signIn,
    places: () => ({
      sites: namesOf(watcher.estate?.sites ?? {}),
      environments: namesOf(watcher.estate?.environments ?? {}),
    }),
    grantPlaces: (operator) => grantPlaces.of(operator),
  });
  const door = new Door({
    signIn,
    rights,
    callers: me.callers,
    passes,
    resource: (id) => inventory.get(id),
    inside,
  });
  if (ground.interactive) {
    const timer = setInterval(() => signIn.look(), lookEvery);
    timer.unref();
    endings.add(() => clearInterval(timer));
    endings.add(watcher.onChange(() => signIn.look()));
    announcements.start();
  }
  // Behind a window what nobody has asked for is nobody's, unless the account says who is there anyway.
  me.callers.otherwise(() => (ground.interactive ? signIn.callerByAccount() : signIn.callerAt(commandSeat)));
  return { signIn, door, rightsDesk };
}

function namesOf(places: Readonly<Record<string, { name?: string | undefined }>>) {
  return Object.entries(places).map(([id, { name = id }]) => ({ id, name }));
}
