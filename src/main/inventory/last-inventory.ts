import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import {
  type Declaration,
  type Observation,
  type Problem,
  type Resource,
  resourceSchema,
} from "../../shared/resource.ts";
import { text } from "../../shared/text.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import type { Inventory } from "./inventory.ts";

/** As whom the console declares what it only remembers. */
const remembered = "last-inventory";
/** So many resources are kept at the most, and so many bytes of each. */
const mostKept = 20_000;
const largestLine = 64 * 1024;
/** Resources that are written at once, so that the console answers meanwhile. */
const slice = 200;
/** Milliseconds that a system is given, once it has answered, to tell all that it has. */
const settling = 60_000;

const headSchema = z.object({ version: z.literal(1), estate: z.string(), savedAt: z.number() });

export interface LastInventoryParts {
  dataFolder: string;
  /** The path of the estate that it is of: each has its own. */
  estate: string;
  inventory: Pick<Inventory, "all" | "declare" | "redeclare" | "observe" | "markAllStale" | "onChange">;
  /** Takes the secrets out of what is written, should one have strayed there. */
  redacted(resource: Resource): Resource;
  now(): number;
}

/**
 * The last inventory, kept on disk so that a console that starts where nothing answers shows what there was, with its age. What
 * is remembered is stale whatever its age, so that nothing acts on it, and goes once its system has told what there is now.
 */
export class LastInventory {
  readonly #parts: LastInventoryParts;
  readonly #path: string;
  readonly #startedAt: number;
  /** What is only remembered, by its system, until that has told. */
  #ghosts = new Map<string, Declaration[]>();
  /** When each system was first heard of since the start. */
  readonly #heard = new Map<string, number>();
  #keeping: Promise<void> = Promise.resolve();

  constructor(parts: LastInventoryParts) {
    this.#parts = parts;
    const name = createHash("sha256").update(resolve(parts.estate)).digest("hex").slice(0, 16);
    this.#path = join(parts.dataFolder, `inventory-${name}.last.jsonl`);
    this.#startedAt = parts.now();
  }

  /**
   * Shows what was kept of these systems as stale; gives how many resources that were. A file that is not there, cut short or
   * damaged gives what can be read of it.
   */
  async recall(systems: ReadonlySet<string>): Promise<number> {
    const resources = (await this.#read()).filter(({ system }) => systems.has(system));
    if (resources.length === 0) return 0;
    const { inventory } = this.#parts;
    for (const resource of resources) {
      const ghosts = this.#ghosts.get(resource.system) ?? [];
      ghosts.push(declarationOf(resource));
      this.#ghosts.set(resource.system, ghosts);
    }
    inventory.redeclare(remembered, { added: [...this.#ghosts.values()].flat(), removed: [] });
    inventory.observe(resources.flatMap(observationsOf));
    inventory.markAllStale(onlyRemembered);
    return resources.length;
  }

  /** Forgets what systems that have answered did not tell again. To be called now and then. */
  settle(): void {
    if (this.#ghosts.size === 0) return;
    const { inventory, now } = this.#parts;
    for (const { sources } of inventory.all()) {
      for (const [source, { seenAt }] of Object.entries(sources)) {
        if (seenAt !== null && seenAt >= this.#startedAt && !this.#heard.has(source))
          this.#heard.set(source, now());
      }
    }
    const left = new Map(
      [...this.#ghosts].filter(([system]) => now() - (this.#heard.get(system) ?? now()) < settling),
    );
    if (left.size === this.#ghosts.size) return;
    this.#ghosts = left;
    inventory.declare(remembered, [...left.values()].flat());
  }

  /**
   * Keeps what is known now (mode 0600, whole or not at all); one after the other. What was never read is not kept, nor are
   * sites and pods, which come and go. Rejects with what the disk says; what was kept before stays then.
   */
  keep(): Promise<void> {
    this.#keeping = this.#keeping.catch(() => undefined).then(() => this.#write());
    return this.#keeping;
  }

  async #write(): Promise<void> {
    const { inventory, estate, redacted, now } = this.#parts;
    const known = inventory
      .all()
      .filter(({ kind, seenAt }) => kind !== "site" && kind !== "pod" && seenAt !== null)
      .slice(0, mostKept);
    if (known.length === 0) return;
    await replaceFile(this.#path, async (file) => {
      const head: z.infer<typeof headSchema> = { version: 1, estate: resolve(estate), savedAt: now() };
      await file.writeFile(`${JSON.stringify(head)}\n`);
      for (let at = 0; at < known.length; at += slice) {
        const lines = known.slice(at, at + slice).map((resource) => JSON.stringify(redacted(resource)));
        await file.writeFile(
          lines
            .filter((line) => line.length <= largestLine)
            .map((line) => `${line}\n`)
            .join(""),
        );
      }
    });
  }

  async #read(): Promise<Resource[]> {
    const resources: Resource[] = [];
    const file = await openPrivateFile(this.#path, "read").catch(() => null);
    if (file === null) return [];
    const input = file.createReadStream({ encoding: "utf8" });
    try {
      let isFirst = true;
      for await (const line of createInterface({ input })) {
        if (isFirst) {
          const head = headSchema.safeParse(parsed(line));
          if (!head.success || head.data.estate !== resolve(this.#parts.estate)) return [];
        } else if (line.length <= largestLine) {
          const resource = resourceSchema.safeParse(parsed(line));
          if (resource.success) resources.push(resource.data);
        }
        isFirst = false;
        if (resources.length >= mostKept) break;
      }
    } catch {
      // No more of it can be read.
    } finally {
      input.destroy();
    }
    return resources;
  }
}

const onlyRemembered = text(
  "Known from before this console was started; it has not been read since.",
  "Connu d'avant le démarrage de cette console ; rien n'a été relu depuis.",
);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function declarationOf({ id, kind, name, system, parent, site, environment }: Resource): Declaration {
  return { id, kind, name, system, parent, site, environment, staleAfter: 0 };
}

/** What each source had said, at the time when it said so. */
function observationsOf({ id, system, sources, facts, problems }: Resource): Observation[] {
  return Object.entries(sources).flatMap(([source, { seenAt, health }]): Observation[] => {
    if (seenAt === null) return [];
    const own = Object.entries(facts).filter(([, fact]) => fact.source === source);
    return [
      {
        resource: id,
        source,
        at: seenAt,
        health,
        facts: Object.fromEntries(own.map(([key, { value }]) => [key, value])),
        readAt: Object.fromEntries(own.map(([key, { at }]) => [key, Math.min(at, seenAt)])),
        problems: source === system ? problems.filter(isOfSystem) : [],
      },
    ];
  });
}

/** What the console itself found out, it finds out again. */
function isOfSystem({ code }: Problem): boolean {
  return !code.startsWith("inventory.");
}
