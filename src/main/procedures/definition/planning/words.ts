import type { StepWords } from "../../../../shared/procedure.ts";
import { type LocalText, sameText } from "../../../../shared/text.ts";
import { fillData, fillWords, type Json, type Resolve } from "../placeholders.ts";
import type { Context } from "./context.ts";

/** Words in each language; those in one stand for both. */
export function localWords(words: StepWords): LocalText {
  return typeof words === "string" ? sameText(words) : words;
}

/** A title with its values. An outcome is not known while titles are read and is shown as an ellipsis. */
export function filledTitle(words: StepWords, context: Context): LocalText {
  const resolve: Resolve = (path) => {
    const found = known(context, path) ?? "…";
    return typeof found === "object" ? found.words : found;
  };
  const { en, fr } = localWords(words);
  return { en: String(fillWords(en, resolve)), fr: String(fillWords(fr, resolve)) };
}

/**
 * Data with the values of its placeholders. `late`: outcomes are named in it that are only known when the node is
 * reached; all of its texts are then as they were written, with the nodes of those steps in place of their names.
 */
export function filledData<Data extends Json | { [key: string]: Json | undefined }>(
  data: Data,
  context: Context,
): { data: Data; late: boolean } {
  let late = false;
  const look: Resolve = (path) => {
    const found = context.lookUp(path);
    if (typeof found === "object" && !found.leftOut) late = true;
    return known(context, path);
  };
  const plain = data as Json;
  const filled = fillData(plain, look);
  if (!late) return { data: filled as Data, late };
  return { data: fillData(plain, look, (path) => lateName(context, path)) as Data, late };
}

function known(context: Context, path: readonly string[]): ReturnType<Resolve> {
  const [name = "", member] = path;
  const bound = Object.hasOwn(context.bindings, name) ? context.bindings[name] : undefined;
  if (bound?.kind === "duration" && member === undefined) {
    return { value: bound.milliseconds, words: bound.words };
  }
  const found = context.lookUp(path);
  if (typeof found !== "object") return found;
  return found.leftOut ? "skipped" : undefined;
}

function lateName(context: Context, path: readonly string[]): string {
  const found = context.lookUp(path);
  return typeof found === "object" && !found.leftOut ? `steps.${found.node}.outcome` : path.join(".");
}
