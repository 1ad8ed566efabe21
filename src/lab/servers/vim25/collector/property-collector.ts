import type { SessionObjects } from "../inventory/objects.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { element, link, type Reference, words } from "../soap/values.ts";
import { VimFault } from "../soap/vim-fault.ts";
import type { PropertyFilter, Update } from "./property-filter.ts";
import { contents } from "./retrieve.ts";
import type { Selection } from "./selection.ts";

/** Objects in one answer at most, whatever the client allows. */
const mostObjects = 1_000;
/** Lists that were begun and not read to their end. */
const mostTokens = 16;

/** One collector of a session (PropertyCollector): its filters, its waits, its lists that are read in pages. */
export class PropertyCollector {
  readonly reference: Reference;
  readonly filters = new Map<string, PropertyFilter>();
  private readonly center: VCenter;
  private readonly own: SessionObjects;
  private readonly tokens = new Map<string, Iterator<string>>();
  private readonly waiting = new Set<() => void>();
  private queue: { filter: Reference; update: Update }[] = [];
  private version = 0;
  /** The answer that led to the present version; it may be asked for again when it was lost. */
  private last: { before: string; answer: string } | null = null;
  /** How often the waits were cancelled. */
  private cancels = 0;
  private tokenCount = 0;

  constructor(reference: Reference, center: VCenter, own: SessionObjects) {
    this.reference = reference;
    this.center = center;
    this.own = own;
  }

  addFilter(filter: PropertyFilter): void {
    this.filters.set(filter.reference.id, filter);
    this.wake();
  }

  removeFilter(id: string): boolean {
    this.queue = this.queue.filter(({ filter }) => filter.id !== id);
    return this.filters.delete(id);
  }

  /** Tells the filters what may have changed, and whoever waits. */
  touch(keys: readonly string[], isStructure: boolean): void {
    for (const filter of this.filters.values()) filter.touch(keys, isStructure);
    this.wake();
  }

  /** Wakes whoever waits, to look again. */
  wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Ends every wait with `RequestCanceled`. */
  cancel(): void {
    this.cancels += 1;
    this.wake();
  }

  /** The first page of a list, and the token for the next when there is more (RetrieveResult). */
  retrieve(selections: readonly Selection[], most: number | null): string {
    return this.page(contents(this.center, this.own, selections), most);
  }

  /** The next page. Throws VimFault `InvalidArgument` for a token that nothing is known of. */
  continue(token: string): string {
    const rest = this.tokens.get(token);
    this.tokens.delete(token);
    if (!rest) throw new VimFault("InvalidArgument", "A specified parameter was not correct: token");
    return this.page(rest, null);
  }

  /** All of it at once (RetrieveProperties). */
  retrieveAll(selections: readonly Selection[]): string[] {
    return [...contents(this.center, this.own, selections)];
  }

  /** Ends a list that is not read to its end. */
  forgetToken(token: string): void {
    this.tokens.delete(token);
  }

  /**
   * What is new since `version` (UpdateSet), or null when nothing was within `seconds` of this computer's time; null waits
   * for ever. Throws VimFault: `InvalidCollectorVersion`, `RequestCanceled`, whatever `check` throws when it is woken.
   */
  async waitForUpdates(
    version: string,
    options: { seconds: number | null; most: number | null },
    check: () => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (version === "") {
      this.queue = [];
      this.last = null;
      for (const filter of this.filters.values()) filter.forget();
    } else if (version === this.last?.before) return this.last.answer;
    else if (version !== String(this.version)) {
      throw new VimFault("InvalidCollectorVersion", "The version is not valid");
    }
    const { cancels } = this;
    const deadline = options.seconds === null ? null : performance.now() + options.seconds * 1000;
    for (;;) {
      check();
      this.collect();
      if (this.queue.length > 0) return this.answer(version, options.most);
      const left = deadline === null ? null : deadline - performance.now();
      if (signal.aborted || (left !== null && left <= 0)) return null;
      await this.pause(left, signal);
      if (this.cancels !== cancels) throw new VimFault("RequestCanceled", "The request was canceled.");
    }
  }

  close(): void {
    this.filters.clear();
    this.tokens.clear();
    this.wake();
  }

  private collect(): void {
    for (const filter of this.filters.values()) {
      if (!filter.isTouched) continue;
      for (const update of filter.updates(this.center, this.own)) {
        this.queue.push({ filter: filter.reference, update });
      }
    }
  }

  private answer(before: string, most: number | null): string {
    const page = this.queue.splice(0, Math.min(most ?? mostObjects, mostObjects));
    this.version += 1;
    const byFilter = new Map<string, { reference: Reference; updates: Update[] }>();
    for (const { filter, update } of page) {
      const held = byFilter.get(filter.id) ?? { reference: filter, updates: [] };
      byFilter.set(filter.id, held);
      held.updates.push(update);
    }
    const sets = [...byFilter.values()].map(
      ({ reference, updates }) =>
        `<filterSet>${element("filter", link(reference))}${updates.map((update) => `<objectSet>${update}</objectSet>`).join("")}</filterSet>`,
    );
    const truncated = this.queue.length > 0 ? "<truncated>true</truncated>" : "";
    const answer = `${element("version", words(String(this.version)))}${sets.join("")}${truncated}`;
    this.last = { before, answer };
    return answer;
  }

  private page(objects: Iterator<string>, most: number | null): string {
    const found: string[] = [];
    const limit = Math.max(1, Math.min(most ?? mostObjects, mostObjects));
    // One more is looked for than fits, so that there is a token only when something is left.
    for (let next = objects.next(); !next.done; next = objects.next()) {
      found.push(next.value);
      if (found.length > limit) break;
    }
    if (found.length <= limit) return found.map((content) => `<objects>${content}</objects>`).join("");
    const held = found.pop() ?? "";
    this.tokenCount += 1;
    const token = String(this.tokenCount);
    const [oldest] = this.tokens.keys();
    if (this.tokens.size >= mostTokens && oldest !== undefined) this.tokens.delete(oldest);
    this.tokens.set(token, startingWith(held, objects));
    return `${element("token", words(token))}${found.map((content) => `<objects>${content}</objects>`).join("")}`;
  }

  private pause(milliseconds: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = milliseconds === null ? undefined : setTimeout(done, Math.min(milliseconds, 0x7fff_ffff));
      timer?.unref();
      this.waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

function* startingWith(first: string, rest: Iterator<string>): Generator<string> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}
