import { objectOf, type SessionObjects } from "../inventory/objects.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { element, link, type Reference, words } from "../soap/values.ts";
import { readWished } from "./retrieve.ts";
import { type Selection, selectObjects, wishFor } from "./selection.ts";

/** One ObjectUpdate, as XML without its own element. */
export type Update = string;

/** What a client was told of an object: the digest of each property. */
interface Told {
  reference: Reference;
  digests: Map<string, number>;
}

/**
 * A filter on the inventory (PropertyFilter): what it leads to, and what of that a client has been told, so that it is
 * told only what is new. What may have changed is noted at once and looked at when a client asks.
 */
export class PropertyFilter {
  readonly reference: Reference;
  readonly selection: Selection;
  private readonly told = new Map<string, Told>();
  private readonly touched = new Set<string>();
  private isOtherSelection = true;

  constructor(reference: Reference, selection: Selection) {
    this.reference = reference;
    this.selection = selection;
  }

  /** Something about these objects may be another; `isStructure`: other objects may belong to the filter. */
  touch(keys: Iterable<string>, isStructure: boolean): void {
    for (const key of keys) this.touched.add(key);
    this.isOtherSelection ||= isStructure;
  }

  /** Whether there may be something to tell. */
  get isTouched(): boolean {
    return this.isOtherSelection || [...this.touched].some((key) => this.told.has(key));
  }

  /** Forgets what was told, so that everything is told again. */
  forget(): void {
    this.told.clear();
    this.touched.clear();
    this.isOtherSelection = true;
  }

  /** What is new since it was asked last. */
  updates(center: VCenter, own: SessionObjects): Update[] {
    const updates: Update[] = [];
    if (this.isOtherSelection) {
      this.isOtherSelection = false;
      const now = new Map(
        selectObjects(center, own, { ...this.selection, passesOverMissing: true }).map((reference) => [
          keyOf(reference),
          reference,
        ]),
      );
      for (const [key, { reference }] of this.told) {
        if (now.has(key)) continue;
        this.told.delete(key);
        updates.push(updateOf("leave", reference, ""));
      }
      for (const [key, reference] of now) {
        if (this.told.has(key)) continue;
        this.told.set(key, { reference, digests: new Map() });
        updates.push(updateOf("enter", reference, this.changes(center, own, key)));
      }
    }
    for (const key of this.touched) {
      const told = this.told.get(key);
      const changes = told ? this.changes(center, own, key) : "";
      if (told && changes !== "") updates.push(updateOf("modify", told.reference, changes));
    }
    this.touched.clear();
    return updates;
  }

  /** The PropertyChanges of an object since it was told of, which counts as told from here on. */
  private changes(center: VCenter, own: SessionObjects, key: string): string {
    const told = this.told.get(key);
    const object = told && objectOf(center, told.reference, own);
    const wish = told && wishFor(this.selection.wishes, told.reference.type);
    if (!told || !object || !wish) return "";
    const changes: string[] = [];
    const unset = new Set(told.digests.keys());
    for (const { path, xml } of readWished(object, wish)) {
      unset.delete(path);
      const digest = digestOf(xml);
      if (told.digests.get(path) === digest) continue;
      told.digests.set(path, digest);
      changes.push(changeOf(path, xml));
    }
    for (const path of unset) {
      told.digests.delete(path);
      changes.push(changeOf(path, ""));
    }
    return changes.join("");
  }
}

export const keyOf = ({ type, id }: Reference): string => `${type}:${id}`;

function updateOf(kind: "enter" | "modify" | "leave", reference: Reference, changes: string): Update {
  return `<kind>${kind}</kind>${element("obj", link(reference))}${changes}`;
}

/** A property that is assigned; without a value it is told to be unset by an assignment of nothing. */
function changeOf(path: string, xml: string): string {
  return `<changeSet>${element("name", words(path))}<op>assign</op>${xml}</changeSet>`;
}

/** 53 bits of a text: enough to tell that it is another one (cyrb53's mixing, Murmur3's finish). */
function digestOf(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return 0x1_0000_0000 * (high & 0x1f_ffff) + (low >>> 0);
}
