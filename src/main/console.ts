import { startEndingEntries } from "./console/allowlist-ends.ts";
import { startTickets } from "./console/certificates.ts";
import { openDeclared } from "./console/declared.ts";
import { openDisaster } from "./console/disaster.ts";
import { Endings } from "./console/endings.ts";
import { followEstate } from "./console/estate-in-force.ts";
import { type Ground, openGround } from "./console/ground.ts";
import { openKnowledge } from "./console/knowledge.ts";
import { startLeaving } from "./console/leaving.ts";
import { observingLimit, startObserving } from "./console/observing.ts";
import type { ConsoleOptions } from "./console/options.ts";
import { openPeople } from "./console/people.ts";
import { openReach } from "./console/reach.ts";
import { remember } from "./console/remembering.ts";
import { openRules } from "./console/rules.ts";
import { runningBySite } from "./console/running-by-site.ts";
import { openSessions } from "./console/sessions.ts";
import { openSignIn } from "./console/sign-in.ts";
import { openWork } from "./console/work.ts";
import { windowSeat } from "./contract/answers.ts";
import { whatNeedsYou } from "./contract/needs.ts";
import { createRouter } from "./contract/router.ts";
import type { Services } from "./contract/services.ts";
import { RuleNotices } from "./rules/notices.ts";
import { forgetRecording, openScreen, recordingPiece, replayRecording } from "./screens.ts";
import { createCallServer } from "./shell/calls.ts";
import type { ShellHost } from "./shell/shell-host.ts";
import { openTerminal } from "./terminals.ts";
import { trialLogins } from "./trial-logins.ts";
import { consoleVersion } from "./version.ts";

export type { ConsoleOptions } from "./console/options.ts";

/** What the command line and tests use of a console; the screens go through the contract. */
export type ConsoleParts = Services;

export interface Console extends ShellHost {
  parts: ConsoleParts;
}

/**
 * Puts the whole program together: locks the data folder, opens journal, log and secrets, reads the estate, connects
 * its systems and begins to observe (a command line observes when it is told to). Throws an OpsError when the data
 * folder is in use, the journal cannot be opened or there is no estate that could be put in force.
 */
export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const endings = new Endings();
  try {
    return await compose(await openGround(options, endings));
  } catch (thrown) {
    await endings.endAll();
    throw thrown;
  }
}

async function compose(ground: Ground): Promise<Console> {
  const { endings, options } = ground;
  const declared = await openDeclared(ground);
  const access = await openReach(ground, declared);
  const { reach, secrets, questions } = access;
  const staff = await openPeople(ground, declared, access);
  const { people, attachments } = staff;
  const knowledge = openKnowledge(ground, declared, access);
  const { fleet, inventory } = knowledge;
  const work = openWork(ground, declared, knowledge, {
    people: staff,
    reach,
    praPlan: (wanted) => disaster.pra.planOf(wanted),
    shownAt: (run, _plan, gate) => disaster.pra.shownAt(run, gate),
  });
  const disaster = openDisaster(ground, declared, {
    ...knowledge,
    ...work,
    people,
    rights: staff.rights,
    secrets,
  });
  const held = await openSessions(ground, knowledge);
  const entrance = openSignIn(ground, declared, staff, knowledge, work);
  const rules = openRules(ground, declared, knowledge, access, disaster);

  const parts: Services = {
    about: aboutOf(ground),
    journal: ground.journal,
    ...knowledge,
    rules,
    reach,
    questions,
    secrets,
    vaults: access.vaults,
    trials: trialLogins(fleet, reach),
    runner: work.runner,
    procedures: work.procedures,
    rightsIn: work.rightsIn,
    inside: work.inside,
    ...disaster,
    people,
    ...entrance,
    attachments,
    ...held,
    estate: declared.watcher,
    overview: () => ({
      ...(declared.watcher.estate
        ? inventory.overview(declared.watcher.estate, runningBySite(parts))
        : { cards: [], changes: [] }),
      ...whatNeedsYou(parts),
    }),
    openTerminal: (resource, system, size, signal) => openTerminal(parts, resource, system, size, signal),
    screens: {
      open: (wanted, signal) => openScreen(parts, wanted, signal),
      replay: (wanted) => replayRecording(parts, wanted),
      recordingPiece: (wanted) => recordingPiece(parts, wanted),
      forgetRecording: (id) => forgetRecording(parts, id),
    },
    openBrowser: options.openBrowser,
    conceal: (value) => ground.redaction.add(value),
    now: ground.now,
  };

  await secrets.start();
  await followEstate(ground, declared, access, knowledge, disaster.bundle);
  endings.add(
    reach.onHostKeyAccepted((target) => void fleet.observe([target], AbortSignal.timeout(observingLimit))),
  );
  if (ground.interactive) {
    if (!options.lab) await remember(ground, declared, knowledge);
    startObserving(ground, knowledge, reach, work.runner);
    startTickets(ground, declared, knowledge, work.runner);
    startEndingEntries(ground, knowledge, work.runner);
    startLeaving(ground, knowledge, work, held, reach);
    rules.start();
    if (declared.watcher.estate) void work.engine.takeOverAll(resumedWithin);
    disaster.pra.start();
    // What was opened from a bundle is not sealed anew: its secrets are to stay in memory.
    if (!ground.opened && !options.lab) disaster.bundle.start();
  }

  const notices = endings.closing(
    new RuleNotices({ rules, isLocked: () => entrance.signIn.isLocked(windowSeat), now: ground.now }),
  );
  endings.add(entrance.signIn.onChange(() => notices.look()));
  const calls = endings.closing(createCallServer(createRouter(parts, ground.report)));
  return {
    parts,
    serveCalls: (channel, looksOnly, seat) => calls.serve(channel, looksOnly, seat),
    lock: () => entrance.signIn.lockAll(),
    onNotice: (listener) => notices.onNotice(listener),
    openSession: (token, channel) => parts.sessions.open(token, channel),
    close: () => endings.endAll(),
  };
}

/** Runs that a console left behind go on by themselves after this many milliseconds at most; older ones are paused. */
const resumedWithin = 900_000;

function aboutOf({ options, me, workstation, folder }: Ground): Services["about"] {
  return {
    version: consoleVersion,
    shell: options.shell,
    get actor() {
      return me.actor;
    },
    workstation,
    lab: options.lab,
    ...(options.drill && { drill: true }),
    dataFolder: folder,
  };
}
