import type { LocalText } from "../../shared/text.ts";
import { Door } from "../people/door.ts";
import { Proofs } from "../people/proofs.ts";
import { ProviderSignIn } from "../people/provider-sign-in.ts";
import { SignInDesk } from "../people/sign-in-desk.ts";
import { listenForRedirect } from "../reach/loopback-redirect.ts";
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
  { watcher }: Declared,
  { people, passes, rights }: People,
  { inventory }: Knowledge,
  { runner }: Work,
) {
  const { endings, me, now, record } = ground;
  const provider = endings.closing(new ProviderSignIn({ listen: listenForRedirect }));
  const proofs = new Proofs({
    desk: people,
    workstation: ground.workstation,
    folder: folderName(ground),
    now,
  });
  const signIn = new SignInDesk({
    desk: people,
    rights,
    passes,
    proofs,
    provider,
    settings: () => watcher.estate?.signIn,
    breakGlass: () => watcher.estate?.breakGlass,
    announce: (words) => void announce(words).catch(ground.report),
    record,
    lab: ground.options.lab,
    now,
  });
  const announce = async (words: LocalText) => {
    const system = watcher.estate?.breakGlass?.announce;
    if (system === undefined) return;
    const channels = inventory.all().filter((one) => one.system === system && one.kind === "service");
    for (const { id } of channels) {
      const input = { text: `${words.en}\n${words.fr}` };
      // The console itself tells it: whoever broke the glass may not have the right to.
      const asked = { action: "webhook.announce", resources: [id], input, reason: "break-glass" };
      await me.callers.as({ kind: "console", person: null, name: me.actor }, () =>
        runner.start({ ...asked, confirmation: "", concurrency: 1, deadline: 60_000 }),
      );
    }
  };
  const door = new Door({
    signIn,
    rights,
    callers: me.callers,
    passes,
    resource: (id) => inventory.get(id),
  });
  if (ground.interactive) {
    const timer = setInterval(() => signIn.look(), lookEvery);
    timer.unref();
    endings.add(() => clearInterval(timer));
    endings.add(watcher.onChange(() => signIn.look()));
  }
  // Behind a window what nobody has asked for is nobody's, unless the account says who is there anyway.
  me.callers.otherwise(() => (ground.interactive ? signIn.callerByAccount() : signIn.callerAt(commandSeat)));
  return { signIn, door };
}
