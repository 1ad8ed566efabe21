import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  type DrillNews,
  type DrillOrder,
  type DrillPassage,
  type DrillRequest,
  type DrillView,
  drillNewsSchema,
} from "../../shared/drill.ts";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { EstateCopy } from "../../shared/estate-copy.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { replaceFile } from "../files/replace-file.ts";
import { faults } from "./faults.ts";
import type { DrillProgram, StartProgram } from "./programs.ts";
import { labReadySchema, readLine } from "./said.ts";

export interface DrillParts {
  /** Where each drill has a folder of its own. */
  folder: string;
  /** Paths of the built programs. */
  labProgram: string;
  consoleProgram: string;
  /** Null where this program cannot start others, as in a window of its own. */
  start: StartProgram | null;
  /** Has the desktop's browser open a drill's console; left out where the person opens it from a link. */
  openBrowser?: (url: string) => Promise<void>;
  knowsPlan(plan: string): boolean;
  /** The estate as it is known now. */
  copy(): Promise<EstateCopy>;
  record: JournalWriter;
  /** Keeps a run of a drill as a passage of its plan. */
  bringBack(plan: string, drill: string, brought: { passage: DrillPassage; on: DrillRequest["on"] }): void;
  now(): number;
}

interface Drill {
  view: DrillView;
  lab: DrillProgram | null;
  console: DrillProgram | null;
  /** Waiting for the next link. */
  links: ((link: string) => void)[];
  /** The last link that nobody has been given. */
  link: string | null;
}

/** Milliseconds that the lab, the console and each link may take. */
const startLimit = 60_000;
const linkLimit = 15_000;

/**
 * Drills of this console: each a lab and a console of its own, as programs that end with this one. What is gone through there
 * is brought back into the journal as `pra.passage`, of mode `drill`; nothing else of it is.
 */
export class DrillDesk {
  readonly #parts: DrillParts;
  readonly #drills = new Map<string, Drill>();
  readonly #listeners = new Set<() => void>();

  constructor(parts: DrillParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  list(): DrillView[] {
    return [...this.#drills.values()].map(({ view }) => structuredClone(view)).reverse();
  }

  /**
   * Starts a drill; resolves to its identifier once its console can be opened. Throws OpsError `drill.unknown-plan`,
   * `drill.under-way`, `drill.plan-not-copied` or `drill.cannot-start`, with nothing left running.
   */
  async start(request: DrillRequest): Promise<string> {
    const { plan, on } = request;
    const startProgram = this.#parts.start;
    if (startProgram === null) throw faults.notHere();
    if (!this.#parts.knowsPlan(plan)) throw faults.unknownPlan(plan);
    if ([...this.#drills.values()].some(({ view }) => isUnderWay(view))) throw faults.underWay();
    const id = randomUUID();
    const listed = request.faults.map((fault) => ({ ...fault, playedAt: null, refused: null }));
    const view: DrillView = {
      id,
      plan,
      on,
      startedAt: this.#parts.now(),
      state: "starting",
      error: null,
      faults: listed,
      passages: 0,
    };
    const drill: Drill = { view, lab: null, console: null, links: [], link: null };
    this.#drills.set(id, drill);
    this.#tell();
    try {
      await this.#begin(drill, request, startProgram);
    } catch (thrown) {
      const error = toOpsError(thrown, "drill");
      view.state = "failed";
      view.error = error.toWire();
      await this.#stopPrograms(drill);
      this.#tell();
      throw error;
    }
    return id;
  }

  /** A link that opens the drill's console once, within a minute. Throws OpsError `drill.not-running`. */
  async link(id: string): Promise<string> {
    const drill = this.#running(id);
    const known = drill.link;
    drill.link = null;
    if (known !== null) return known;
    const next = this.#nextLink(drill);
    drill.console?.nudge();
    return next;
  }

  /**
   * Shows a drill's console: in the desktop's browser where there is one to open, and null; else the link, for the person to
   * open. Throws OpsError `drill.not-running`.
   */
  async enter(id: string): Promise<string | null> {
    const link = await this.link(id);
    if (!this.#parts.openBrowser) return link;
    return this.#parts.openBrowser(link).then(
      () => null,
      () => link,
    );
  }

  /** Ends a drill; resolves once its programs are gone. Throws OpsError `drill.not-running`. */
  async end(id: string): Promise<void> {
    const drill = this.#running(id);
    drill.view.state = "ending";
    this.#tell();
    await this.#stopPrograms(drill);
    drill.view.state = "ended";
    this.#tell();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    for (const drill of this.#drills.values()) {
      if (!isUnderWay(drill.view)) continue;
      drill.view.state = "ending";
      await this.#stopPrograms(drill);
      drill.view.state = "ended";
    }
    this.#listeners.clear();
  }

  async #begin(drill: Drill, request: DrillRequest, start: StartProgram): Promise<void> {
    const { id, plan, on } = drill.view;
    const folder = join(this.#parts.folder, id);
    makePrivateFolder(folder);
    const words = ["start", "--with-parent", "--folder", join(folder, "lab")];
    if (on === "copy") {
      const copy = await this.#parts.copy();
      if (!Object.hasOwn(copy.plans, plan)) throw faults.planNotCopied(plan);
      const file = join(folder, "copy.json");
      await replaceFile(file, JSON.stringify(copy), { flush: false });
      words.push("--copy", file);
    } else words.push("--sites", "regions");
    const lab = start(this.#parts.labProgram, words);
    drill.lab = lab;
    const ready = await firstLine(lab, (line) => labReadySchema.safeParse(readLine(line)).data ?? null);
    const order: DrillOrder = { ...request, ...ready, dataFolder: join(folder, "data") };
    const file = join(folder, "order.json");
    await replaceFile(file, JSON.stringify(order), { flush: false });
    const console = start(this.#parts.consoleProgram, ["drill", "console", file]);
    drill.console = console;
    console.onLine((line) => this.#hear(drill, line));
    const link = this.#nextLink(drill, startLimit);
    const first = await Promise.race([link, console.exited.then(() => null)]);
    if (first === null) throw faults.cannotStart();
    drill.link = first;
    drill.view.state = "running";
    const data = { plan, on, faults: request.faults.map(({ fault }) => fault.join(" ")) };
    this.#parts.record.write({ type: "pra.drill-started", subject: plan, task: id, data });
    this.#tell();
    // One of both that ends by itself takes the other with it.
    void Promise.race([lab.exited, console.exited]).then(async () => {
      if (drill.view.state !== "running") return;
      drill.view.state = "failed";
      drill.view.error = faults.broken().toWire();
      await this.#stopPrograms(drill);
      this.#tell();
    });
  }

  #hear(drill: Drill, line: string): void {
    const news = drillNewsSchema.safeParse(readLine(line));
    if (!news.success) return;
    this.#take(drill, news.data);
    this.#tell();
  }

  #take(drill: Drill, news: DrillNews): void {
    if ("link" in news) {
      const waiting = drill.links.shift();
      if (waiting) waiting(news.link);
      else drill.link = news.link;
    } else if ("played" in news) {
      const fault = drill.view.faults[news.played.index];
      if (fault) Object.assign(fault, { playedAt: news.played.at, refused: news.played.refused });
    } else if ("passage" in news) this.#keep(drill, news.passage);
    else drill.view.error = news.error;
  }

  #keep(drill: Drill, passage: DrillPassage): void {
    const { id, plan, on } = drill.view;
    this.#parts.bringBack(plan, id, { passage, on });
    drill.view.passages += 1;
  }

  #nextLink(drill: Drill, limit = linkLimit): Promise<string> {
    return new Promise((resolve, reject) => {
      const give = (link: string) => {
        clearTimeout(timer);
        resolve(link);
      };
      const timer = setTimeout(() => {
        drill.links = drill.links.filter((each) => each !== give);
        reject(faults.cannotStart());
      }, limit);
      drill.links.push(give);
    });
  }

  async #stopPrograms(drill: Drill): Promise<void> {
    // The console first: what it says at its end is heard.
    await drill.console?.stop();
    await drill.lab?.stop();
    drill.link = null;
  }

  #running(id: string): Drill {
    const drill = this.#drills.get(id);
    if (drill?.view.state !== "running") throw faults.notRunning();
    return drill;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isUnderWay({ state }: DrillView): boolean {
  return state === "starting" || state === "running" || state === "ending";
}

/** Resolves to what the first line says that can be read. Throws OpsError when there is none in time. */
async function firstLine<Said>(program: DrillProgram, read: (line: string) => Said | null): Promise<Said> {
  const { promise, resolve, reject } = Promise.withResolvers<Said>();
  const fail = (): OpsError => faults.cannotStart();
  const timer = setTimeout(() => reject(fail()), startLimit);
  program.onLine((line) => {
    const said = read(line);
    if (said !== null) resolve(said);
  });
  void program.exited.then(() => reject(fail()));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
