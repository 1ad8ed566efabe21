import { hostname, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type OpsError, toOpsError } from "../shared/errors.ts";
import type { Estate } from "../shared/estate.ts";
import type { Resource } from "../shared/resource.ts";
import { text } from "../shared/text.ts";
import { JournalQueue } from "./actions/journal-queue.ts";
import { redactEvent } from "./actions/redaction.ts";
import { ActionRegistry } from "./actions/registry.ts";
import { ActionRunner } from "./actions/runner.ts";
import type { BundleContents } from "./bundle/contents.ts";
import { BundleKeeper } from "./bundle/keeper.ts";
import { layOut } from "./bundle/lay-out.ts";
import { CapacityEngine } from "./capacity/engine.ts";
import { hostRoom } from "./capacity/host-capacity.ts";
import { consoleGuards } from "./console-guards.ts";
import { whatNeedsYou } from "./contract/needs.ts";
import { createRouter } from "./contract/router.ts";
import type { Services } from "./contract/services.ts";
import { makeCopy } from "./drill/copying/make-copy.ts";
import { DrillDesk } from "./drill/drill-desk.ts";
import { commandProgram, labProgram, startNodeProgram } from "./drill/programs.ts";
import { EstateWatcher } from "./estate/watcher.ts";
import { Fleet } from "./fleet.ts";
import { ForwardDesk } from "./forwards/forward-desk.ts";
import { Inventory } from "./inventory/inventory.ts";
import { openDataFolder } from "./journal/data-folder.ts";
import { Journal } from "./journal/journal.ts";
import { installCrashHandlers } from "./log/crash.ts";
import { openLog } from "./log/log.ts";
import { LogDesk } from "./logs/log-desk.ts";
import { maintenanceActions } from "./maintenance/actions.ts";
import { MaintenanceMarks } from "./maintenance/maintenance.ts";
import { noEstate } from "./no-estate.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { KeptKeys } from "./people/kept-keys.ts";
import { PeopleDesk } from "./people/people-desk.ts";
import { runPeople } from "./people/run-people.ts";
import { PraDesk } from "./pra/desk.ts";
import { Attachments } from "./procedures/attachments.ts";
import { readBuiltInProcedures } from "./procedures/definition/built-in.ts";
import { ProcedureEngine } from "./procedures/engine/engine.ts";
import { expansionOf, ProcedureService } from "./procedures/service.ts";
import { proceduresCheck } from "./procedures-check.ts";
import { ProtectionEngine } from "./protection/engine.ts";
import { agentSocket } from "./reach/agent.ts";
import { KnownHosts } from "./reach/known-hosts.ts";
import { LastNames } from "./reach/last-names.ts";
import { NetworkWatch } from "./reach/network-watch.ts";
import { hostAndPort } from "./reach/place.ts";
import { Questions } from "./reach/questions.ts";
import { SshReach } from "./reach/ssh-reach.ts";
import { readAfterActions } from "./reading-after-actions.ts";
import { RecordingStore } from "./recordings/recording-store.ts";
import { forgetRecording, openScreen, recordingPiece, replayRecording } from "./screens.ts";
import { redactedJournal } from "./secrets/redacted-journal.ts";
import { Redaction } from "./secrets/redaction.ts";
import { SecretService } from "./secrets/secret-service.ts";
import { SessionRegistry } from "./sessions/session-registry.ts";
import { createCallServer } from "./shell/calls.ts";
import type { ShellHost } from "./shell/shell-host.ts";
import { systemConfigs } from "./system-definitions.ts";
import type { SystemDefinition } from "./systems/system.ts";
import { openTerminal } from "./terminals.ts";
import { TopologyDesk } from "./topology/topology.ts";
import { trialLogins } from "./trial-logins.ts";
import { consoleVersion } from "./version.ts";

/** What the command line and tests use of a console; the screens go through the contract. */
export type ConsoleParts = Services;

export interface ConsoleOptions {
  /**
   * The estate file or folder; or an opened bundle, whose estate is laid out once the data folder is this console's
   * alone and whose secrets are kept in memory.
   */
  estate: string | BundleContents;
  dataFolder: string;
  shell: "electron" | "browser" | "command-line";
  /** True when the estate is the embedded lab. */
  lab: boolean;
  /** True when this is the console of a drill; it is on the lab then. */
  drill?: boolean;
  /** Whether somebody answers questions; when left out, whether the shell is a window. */
  asks?: boolean;
  /** The kinds of system that an estate may declare; all that there are when left out. */
  definitions?: readonly SystemDefinition<never>[];
}

export interface Console extends ShellHost {
  parts: ConsoleParts;
}

/**
 * Puts the whole program together: locks the data folder, opens journal, log and secrets, reads the estate, connects
 * its systems and begins to observe (a command line observes when it is told to). Throws an OpsError when the data
 * folder is in use, the journal cannot be opened or there is no estate that could be put in force.
 */
export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const now = Date.now;
  const account = userInfo().username;
  const workstation = hostname();
  const interactive = options.shell !== "command-line";
  let onCloseFailed: (thrown: unknown) => void = () => {};
  const endings: (() => void | Promise<void>)[] = [];
  const close = async () => {
    // One part that cannot end well (a full disk, for example) must not keep the others open.
    for (const end of endings.splice(0).reverse()) await Promise.resolve().then(end).catch(onCloseFailed);
  };

  try {
    const folder = openDataFolder(options.dataFolder);
    endings.push(() => folder.release());
    const opened = typeof options.estate === "string" ? null : options.estate;
    const estatePath =
      typeof options.estate === "string" ? options.estate : await layOut(options.estate, folder.path);
    const redaction = new Redaction();
    const log = openLog({ dataFolder: folder.path, redaction });
    endings.push(() => log.close());
    endings.push(
      installCrashHandlers({ dataFolder: folder.path, redaction, logger: log.logger, now, close }),
    );
    onCloseFailed = (thrown) =>
      log.logger.warn({ error: thrown }, "a part of the console did not close well");
    const report = (error: OpsError) => log.logger.error({ error }, "an error that was not foreseen");

    let people: PeopleDesk | null = null;
    // Whoever works here is known by the estate, which may change; what is written before is the account's.
    const me = {
      get actor(): string {
        return people?.actor ?? account;
      },
    };
    const journal = Journal.open({
      folder: folder.path,
      workstation,
      get actor() {
        return me.actor;
      },
    });
    endings.push(() => journal.close());
    const record = redactedJournal(journal, redaction);
    record.write({
      type: "console.started",
      subject: null,
      task: null,
      data: { version: consoleVersion, shell: options.shell },
    });
    endings.push(() => void record.write({ type: "console.stopped", subject: null, task: null, data: {} }));

    const keys = new KeptKeys(join(folder.path, "operator-keys"));
    await keys.start();
    const attachments = new Attachments(join(folder.path, "attachments"));
    await attachments.start();
    endings.push(() => attachments.close());
    const registry = new ActionRegistry();
    const inventory = new Inventory({
      now,
      hasAction: (action, resource) => registry.find(action, resource) !== null,
    });
    endings.push(() => inventory.close());
    const questions = new Questions({ interactive: options.asks ?? interactive, now });
    const builtIn = await readBuiltInProcedures();
    for (const fault of builtIn.faults) log.logger.error({ fault }, "a built-in procedure cannot be used");
    const watcher = await EstateWatcher.start({
      path: estatePath,
      dataFolder: folder.path,
      systemConfigs,
      furtherCheck: proceduresCheck(builtIn.procedures),
      now,
      onTrouble: report,
    });
    endings.push(() => watcher.close());
    if (!watcher.estate && !interactive) throw noEstate(estatePath, watcher);
    const desk = new PeopleDesk({
      operators: () => watcher.estate?.operators ?? noOperators,
      account,
      keys,
      record,
      agentSocket: () => agentSocket(true, process.env),
    });
    people = desk;
    const estateFolder = () => watcher.origin?.folder ?? dirname(estatePath);

    const secrets: SecretService = new SecretService({
      dataFolder: folder.path,
      estateFolder,
      journal: record,
      now,
      redaction,
      ...(opened && { held: new Map(Object.entries(opened.secrets)) }),
    });
    endings.push(() => secrets.close());
    const knownHosts = new KnownHosts({ own: join(folder.path, "known_hosts") });
    const names = new LastNames({
      file: join(folder.path, "last-names.json"),
      now,
      onUsed: (name, { addresses, at }) =>
        log.logger.warn(
          { name, addresses, at },
          "no name server answers: a name is taken from its last answer",
        ),
      onTrouble: (error) => log.logger.warn({ error }, "the answers of names could not be kept"),
    });
    await names.start();
    endings.push(() => names.close());
    const reach = new SshReach({
      knownHosts,
      secrets,
      journal: record,
      questions,
      now,
      estateFolder,
      addressesOf: (place, signal) => names.addressesOf(place, signal),
    });
    endings.push(() => reach.close());

    const maintenance = new MaintenanceMarks({
      record,
      journal,
      now,
      onChange: (marks, overdue) => inventory.setMaintenance({ marks, overdue }),
    });
    endings.push(() => maintenance.close());
    const capacity = new CapacityEngine({ inventory, estate: () => watcher.estate });
    endings.push(() => capacity.close());
    const protection = new ProtectionEngine({
      inventory,
      estate: () => watcher.estate,
      journal,
      now,
      onError: (thrown) => report(toOpsError(thrown, "protection")),
    });
    endings.push(() => protection.close());
    const topology = new TopologyDesk({ inventory });
    endings.push(() => topology.close());
    registry.register(
      maintenanceActions({
        marks: maintenance,
        resources: () => inventory.all(),
        roomWithoutHost: (host) => hostRoom(capacity, inventory, host),
        now,
      }),
    );
    const fleet = new Fleet({
      reach,
      secrets,
      questions,
      sink: inventory,
      estateFolder,
      now,
      registerActions: (actions) => registry.register(actions),
      onError: (system, thrown) => report(toOpsError(thrown, system)),
      ...(options.definitions && { definitions: options.definitions }),
    });
    endings.push(() => fleet.close());

    const queue = new JournalQueue({
      writeAll: (events) =>
        journal.writeAll(events.map((event) => redactEvent(event, (data) => redaction.data(data)))),
    });
    const runner = new ActionRunner({
      registry,
      journal,
      queue,
      resource: (id) => inventory.get(id),
      guards: consoleGuards({
        journal,
        inventory,
        capacity,
        checkAllowlist: (resource) => reach.checkAllowlist(resource),
        estate: () => watcher.estate,
        now,
        isMe: (name) => desk.roster.personOf(name) === me.actor,
      }),
      now,
      get actor() {
        return me.actor;
      },
      redact: (words) => redaction.text(words),
    });
    endings.push(() => runner.close());
    const known = {
      action: (id: string, resource: Resource) => registry.find(id, resource),
      resource: (id: string) => inventory.get(id),
      resources: () => inventory.all(),
      /** Of who has a key of their own it can be told that they are somebody else. */
      get secondPerson() {
        return desk.roster.hasSecondPerson;
      },
    };
    const engine = new ProcedureEngine({
      runner,
      journal,
      queue,
      resource: known.resource,
      refresh: (id, signal) => {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]);
        // What nobody has declared yet is found by reading what could hold it.
        return inventory.get(id) === null ? fleet.observeAll(limited) : fleet.observe([id], limited);
      },
      // A window's fleet reads on a schedule; that of a command reads only what it is told to.
      lookAt: interactive
        ? (id) => fleet.lookAt([id])
        : oneAtATime((id) => fleet.observe([id], AbortSignal.timeout(observingLimit))),
      expand: (plan, node) => expansionOf(plan, node, known),
      redact: (words) => redaction.text(words),
      people: runPeople(desk),
      shownAt: (run, _plan, gate) => pra.shownAt(run, gate),
      get actor() {
        return me.actor;
      },
      holder: `${workstation}:${folder.path}`,
      now,
      report,
    });
    endings.push(() => engine.close());
    const procedures = new ProcedureService(engine, {
      builtIn: builtIn.procedures,
      estate: () => watcher.estate?.procedures ?? {},
      knows: (action) => registry.knows(action),
      known,
    });
    const pra = new PraDesk({
      estate: () => watcher.estate,
      onEstate: (listener) => watcher.onChange(listener),
      inventory,
      procedures,
      journal,
      write: (event) => record.write(event),
      protection,
      capacity: () => capacity.view(),
      secrets: () => secrets.state(),
      people: () => ({ operatorsWithKeys: desk.roster.all().filter(({ keys }) => keys.length > 0).length }),
      bundle: () => bundle.state(),
      progressOf: (task) => progressOf(runner, task),
      report,
      lab: options.lab,
      now,
    });
    endings.push(() => pra.close());
    const drills = new DrillDesk({
      folder: join(folder.path, "drills"),
      labProgram: labProgram(),
      consoleProgram: commandProgram(),
      // A shipped Electron starts no other program of ours.
      start: options.shell === "electron" ? null : startNodeProgram,
      knowsPlan: (plan) => Object.hasOwn(watcher.estate?.plans ?? {}, plan),
      copy: () => {
        if (!watcher.estate) throw noEstate(estatePath, watcher);
        return makeCopy({ estate: watcher.estate, resources: inventory.all() }, now());
      },
      record,
      bringBack: (plan, drill, brought) => pra.bringBack(plan, drill, brought),
      now,
    });
    endings.push(() => drills.close());
    const bundle = new BundleKeeper({
      estate: () => watcher.estate,
      origin: () => watcher.origin && { ...watcher.origin, path: estatePath },
      declaredSecrets: () => fleet.declaredSecrets(),
      secrets,
      journal,
      write: (event) => record.write(event),
      dataFolder: folder.path,
      workstation,
      openedFrom: opened?.madeAt ?? null,
      report,
      now,
    });
    endings.push(() => bundle.close());
    const recordings = new RecordingStore({ folder: join(folder.path, "recordings"), now, report });
    endings.push(() => recordings.close());
    const logs = new LogDesk({
      folder: join(folder.path, "held-logs"),
      logs: (resource) => fleet.logs(resource),
      journal: record,
      now,
    });
    endings.push(() => logs.close());
    const forwards = new ForwardDesk({
      ports: (resource) => fleet.ports(resource),
      nameOf: (resource) => inventory.get(resource)?.name ?? resource,
      journal: record,
      now,
    });
    endings.push(() => forwards.close());
    const sessions = new SessionRegistry();
    endings.push(() => sessions.close());

    const parts: Services = {
      about: {
        version: consoleVersion,
        shell: options.shell,
        get actor() {
          return me.actor;
        },
        workstation,
        lab: options.lab,
        ...(options.drill && { drill: true }),
        dataFolder: folder.path,
      },
      journal,
      inventory,
      capacity,
      protection,
      topology,
      fleet,
      reach,
      questions,
      secrets,
      trials: trialLogins(fleet, reach),
      registry,
      runner,
      procedures,
      pra,
      drills,
      maintenance,
      people: desk,
      attachments,
      bundle,
      sessions,
      recordings,
      logs,
      forwards,
      estate: watcher,
      overview: () => ({
        ...(watcher.estate
          ? inventory.overview(watcher.estate, runningBySite(parts))
          : { cards: [], changes: [] }),
        needs: whatNeedsYou(parts),
      }),
      openTerminal: (resource, system, size, signal) => openTerminal(parts, resource, system, size, signal),
      screens: {
        open: (wanted, signal) => openScreen(parts, wanted, signal),
        replay: (wanted) => replayRecording(parts, wanted),
        recordingPiece: (wanted) => recordingPiece(parts, wanted),
        forgetRecording: (id) => forgetRecording(parts, id),
      },
      conceal: (value) => redaction.add(value),
      now,
    };

    await recordings.start();
    await logs.start();
    await secrets.start();
    let applied = Promise.resolve();
    const applyEstate = () => {
      const estate = watcher.estate;
      if (!estate || estate === inForce) return;
      inForce = estate;
      applied = applied
        .then(async () => {
          knownHosts.setFiles(estate.reach.knownHosts.map((file) => resolve(estateFolder(), file)));
          reach.update(estate.reach);
          await fleet.apply(estate);
          capacity.reconsider();
          protection.reconsider();
          secrets.declare(fleet.declaredSecrets());
          if (bundle.isStarted) bundle.look();
          withdrawStrayQuestions(questions, fleet);
          journal.write({
            type: "estate.applied",
            subject: null,
            task: null,
            data: { name: estate.name, digest: watcher.origin?.digest ?? "" },
          });
        })
        .catch((thrown: unknown) => report(toOpsError(thrown, "estate")));
    };
    let inForce: Estate | null = null;
    watcher.onChange(applyEstate);
    applyEstate();
    await applied;

    endings.push(
      reach.onHostKeyAccepted((target) => void fleet.observe([target], AbortSignal.timeout(observingLimit))),
    );
    if (interactive) {
      fleet.start();
      const network = new NetworkWatch({
        now,
        onChange: (reason) => {
          inventory.markAllStale(staleBecause[reason]);
          void reach.recheck(reason).finally(() => fleet.hurry());
        },
      });
      network.start();
      endings.push(() => network.close());
      endings.push(
        readAfterActions({
          onChange: (listener) => runner.onChange(listener),
          observe: (ids) => fleet.observe(ids, AbortSignal.timeout(observingLimit)),
          onError: (thrown) => report(toOpsError(thrown, "console")),
        }),
      );
      if (watcher.estate) void engine.takeOverAll(resumedWithin);
      pra.start();
      // What was opened from a bundle is not sealed anew: its secrets are to stay in memory.
      if (!opened && !options.lab) bundle.start();
    }

    const calls = createCallServer(createRouter(parts, report));
    endings.push(() => calls.close());
    return {
      parts,
      serveCalls: (channel, looksOnly = false) => calls.serve(channel, looksOnly),
      openSession: (token, channel) => sessions.open(token, channel),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

const noOperators = {};

/** Nobody needs to judge the key of a host that the estate no longer reaches, or reaches elsewhere. */
function withdrawStrayQuestions(questions: Questions, fleet: Fleet): void {
  const places = new Set(
    fleet.logins().map(({ name, address, port }) => `${name} ${hostAndPort(address, port)}`),
  );
  questions.withdraw((asked) => asked.kind === "host-key" && !places.has(`${asked.target} ${asked.address}`));
}

/** Runs that a console left behind go on by themselves after this many milliseconds at most; older ones are paused. */
const resumedWithin = 900_000;

/** What was just made reachable is read within this time, in milliseconds. */
const observingLimit = 60_000;

const staleBecause = {
  sleep: text(
    "This workstation has slept; it is being read again.",
    "Ce poste a été mis en veille ; la lecture reprend.",
  ),
  network: text(
    "The network of this workstation changed; it is being read again.",
    "Le réseau de ce poste a changé ; la lecture reprend.",
  ),
};

function progressOf(runner: ActionRunner, id: string) {
  const last = runner.taskOf(id)?.progress.at(-1);
  return last ? { text: last.text, fraction: last.fraction } : null;
}

function runningBySite({ runner, inventory }: Services): Map<string, number> {
  const running = new Map<string, number>();
  for (const task of runner.tasks()) {
    const site = task.state === "running" && task.resource ? inventory.get(task.resource)?.site : null;
    if (site) running.set(site, (running.get(site) ?? 0) + 1);
  }
  return running;
}
