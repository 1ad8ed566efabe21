import { join } from "node:path";
import { KnownHosts } from "../reach/known-hosts.ts";
import { LastNames } from "../reach/last-names.ts";
import { Questions } from "../reach/questions.ts";
import { SshReach } from "../reach/ssh-reach.ts";
import { SecretService } from "../secrets/secret-service.ts";
import { workstationClock } from "../vault/clock.ts";
import { VaultDesk } from "../vault/desk.ts";
import { signKey } from "../vault/ssh-authority.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";

/** Secrets, and the ways to what they open: names, host keys, hops, and the questions that these raise. */
export async function openReach(ground: Ground, declared: Declared) {
  const { endings, folder, logger, now, opened, options, record } = ground;
  const questions = new Questions({ interactive: options.asks ?? ground.interactive, now });
  const secrets: SecretService = endings.closing(
    new SecretService({
      dataFolder: folder,
      estateFolder: declared.folder,
      journal: record,
      now,
      redaction: ground.redaction,
      ...(opened && { held: new Map(Object.entries(opened.secrets)) }),
      vault: { read: (reference) => vaults.read(reference) },
    }),
  );
  const knownHosts = new KnownHosts({ own: join(folder, "known_hosts") });
  const names = endings.closing(
    new LastNames({
      file: join(folder, "last-names.json"),
      now,
      onUsed: (name, { addresses, at }) =>
        logger.warn({ name, addresses, at }, "no name server answers: a name is taken from its last answer"),
      onTrouble: (error) => logger.warn({ error }, "the answers of names could not be kept"),
    }),
  );
  await names.start();
  const reach = endings.closing(
    new SshReach({
      knownHosts,
      secrets,
      journal: record,
      questions,
      now,
      estateFolder: declared.folder,
      certificates: { sign: (wanted, signal) => signKey(vaults.get(wanted.vault), wanted, signal) },
      addressesOf: (place, signal) => names.addressesOf(place, signal),
    }),
  );
  const vaults: VaultDesk = new VaultDesk({
    dial: (place, signal) => reach.dial(place, signal),
    dialOf: (system) => reach.also(system).dial,
    secrets,
    questions,
    journal: record,
    clock: workstationClock(now),
    folder: declared.folder,
    conceal: (value) => ground.redaction.add(value),
    openBrowser: options.openBrowser,
  });
  return { questions, secrets, knownHosts, reach, vaults };
}

/** What `openReach` opens. */
export type Reach = Awaited<ReturnType<typeof openReach>>;
