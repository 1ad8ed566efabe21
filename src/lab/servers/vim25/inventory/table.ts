import type { Value } from "../soap/values.ts";
import type { VCenter } from "./vcenter.ts";

/** The properties of a type of managed object; undefined where one is not set. */
export type PropertyTable<Thing> = Readonly<
  Record<string, (thing: Thing, center: VCenter) => Value | undefined>
>;
