import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { garbage } from "../client/faults.ts";
import type { RestCall, RestSession } from "../client/rest/session.ts";

/** A tag as it is shown. */
export interface Tag {
  category: string;
  name: string;
}

/** The tags of each object, by its identifier; `cut` when there were more than are read. */
export interface TagReading {
  readonly tags: ReadonlyMap<string, readonly Tag[]>;
  readonly cut: boolean;
}

/** vCenter bears about that many. */
const mostTags = 10_000;
const mostOnObject = 50;
/** Tags in one question after what they are attached to. */
const tagsAtOnce = 100;
/** Names that are asked for at a time. */
const namesAtOnce = 4;
const longestName = 300;

/** An empty list may be written as null. */
const list = <Item extends z.ZodType>(item: Item) => z.union([z.array(item), z.null().transform(() => [])]);
const ids = list(z.string().min(1).max(500));
const attached = list(
  z.object({
    tag_id: z.string(),
    object_ids: list(z.object({ id: z.string().max(500), type: z.string().max(100) })),
  }),
);
const tagSchema = z.object({ name: z.string(), category_id: z.string().min(1).max(500) });
const categorySchema = z.object({ name: z.string() });

/**
 * Reads what is tagged with what (vSphere Automation API: `cis/tagging/tag`, `tag-association` list-attached-objects-on-tags,
 * `category`). Names are kept between readings until `forget`, as each of them is a question of its own.
 */
export class TagReader {
  readonly #session: Pick<RestSession, "call" | "name">;
  readonly #tags = new Map<string, { name: string; category: string }>();
  readonly #categories = new Map<string, string>();

  constructor(session: Pick<RestSession, "call" | "name">) {
    this.#session = session;
  }

  /** Names are asked for anew. */
  forget(): void {
    this.#tags.clear();
    this.#categories.clear();
  }

  /** Throws what RestSession throws, and `vsphere.garbage`. */
  async read(signal: AbortSignal): Promise<TagReading> {
    const all = await this.#ask({ path: "cis/tagging/tag", signal }, ids);
    const some = all?.slice(0, mostTags) ?? [];
    const objects = new Map<string, string[]>();
    const used = new Set<string>();
    for (let from = 0; from < some.length; from += tagsAtOnce) {
      const tag_ids = some.slice(from, from + tagsAtOnce);
      const action = "list-attached-objects-on-tags";
      const call = { path: "cis/tagging/tag-association", action, body: { tag_ids }, signal };
      for (const { tag_id, object_ids } of (await this.#ask(call, attached)) ?? []) {
        for (const { id } of object_ids) {
          const tags = objects.get(id) ?? [];
          if (tags.length >= mostOnObject) continue;
          if (tags.push(tag_id) === 1) objects.set(id, tags);
          used.add(tag_id);
        }
      }
    }
    await this.#learn(used, signal);
    await nextTurn();
    const tags = new Map([...objects].map(([id, each]) => [id, this.#named(each)]));
    return { tags, cut: (all?.length ?? 0) > some.length };
  }

  /** What was deleted meanwhile, or may not be read, is left out. */
  #named(ids: readonly string[]): Tag[] {
    const tags = ids.flatMap((id) => {
      const tag = this.#tags.get(id);
      const category = this.#categories.get(tag?.category ?? "");
      return tag && category !== undefined ? [{ category, name: tag.name }] : [];
    });
    return tags.sort((one, other) => compare(one.category, other.category) || compare(one.name, other.name));
  }

  async #learn(used: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const unknown = [...used].filter((id) => !this.#tags.has(id));
    await eachOf(unknown, namesAtOnce, async (id) => {
      const tag = await this.#ask({ path: "cis/tagging/tag", id, signal }, tagSchema);
      if (tag) this.#tags.set(id, { name: shown(tag.name), category: tag.category_id });
    });
    const categories = new Set([...this.#tags.values()].map(({ category }) => category));
    const unnamed = [...categories].filter((id) => !this.#categories.has(id));
    await eachOf(unnamed, namesAtOnce, async (id) => {
      const category = await this.#ask({ path: "cis/tagging/category", id, signal }, categorySchema);
      if (category) this.#categories.set(id, shown(category.name));
    });
  }

  /** Null for what is not there. */
  async #ask<Schema extends z.ZodType>(call: RestCall, schema: Schema): Promise<z.output<Schema> | null> {
    const said = await this.#session.call(call);
    if (said === null && call.id !== undefined) return null;
    const parsed = schema.safeParse(said);
    if (!parsed.success) throw garbage(this.#session.name);
    return parsed.data;
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** On one line, of bounded length. */
function shown(name: string): string {
  return name.slice(0, longestName).replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}

/** Works on all, so many at a time; what one throws ends it. */
async function eachOf<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
