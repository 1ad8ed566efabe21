import type { ManifestFault } from "../../../../shared/manifest.ts";
import { text } from "../../../../shared/text.ts";
import type { Refusal } from "../client/refusal.ts";
import { isTree } from "../list-watch/items.ts";
import type { Tree } from "./content.ts";
import { fieldOf, type Step, stepsOf } from "./locate.ts";
import type { WrittenObject } from "./yaml-text.ts";

const mostFaults = 50;

/** Whether a refusal is about what was written, and not about the server or the way to it. */
export function isAboutContent({ status }: Refusal): boolean {
  return status === 400 || status === 403 || status === 413 || status === 422;
}

/**
 * What an API server has against an object, at the places that it names. Source: metav1.StatusCause (its `field`), and
 * the sentences of strict decoding and of Go's JSON, which name fields in the message alone.
 */
export function faultsOf(refusal: Refusal, written: WrittenObject): ManifestFault[] {
  const causes = refusal.causes.map(({ field, message }) => {
    const at = field === "" ? nowhere : written.at(stepsOf(field));
    return { ...at, text: refused(field === "" ? message : `${field}: ${message}`) };
  });
  if (causes.length > 0) return causes.slice(0, mostFaults);
  const named = fieldsNamed(refusal.saidAtLength).map(({ field, words }) => ({
    ...written.at(stepsOf(field)),
    text: refused(words),
  }));
  if (named.length > 0) return named.slice(0, mostFaults);
  return [{ ...nowhere, text: refused(refusal.said === "" ? `HTTP ${refusal.status}` : refusal.said) }];
}

const nowhere = { line: null, column: null };

function refused(words: string) {
  return text(`The API server refuses it: ${words}`, `Le serveur d'API le refuse : ${words}`);
}

function fieldsNamed(sentence: string): { field: string; words: string }[] {
  const strict = [...sentence.matchAll(/(?:unknown|duplicate) field "([^"]{1,500})"/g)];
  const typed = [
    ...sentence.matchAll(/cannot unmarshal (\S+) into Go struct field \w+\.(\S+) of type (\S+)/g),
  ];
  if (strict.length > 0 || typed.length > 0) {
    return [
      ...strict.map(([words, field = ""]) => ({ field, words })),
      ...typed.map(([, found = "", field = "", type = ""]) => ({
        field,
        words: `${field}: ${found} where ${type.replace(/^.*\./, "")} is expected`,
      })),
    ];
  }
  // Servers of before 1.23 name the types on the way, and the last field of each: "v1.Deployment.Spec: v1.DeploymentSpec.Replicas: …".
  const way = [
    ...sentence.matchAll(
      /\bv\d\w*\.\w+\.((?:(?!Read(?:String|Map|Bool|Float|Int|Uint|Object|Array|Number))[A-Z]\w*: )+)/g,
    ),
  ];
  const fields = way.map(([, words = ""]) => words.split(": ").at(-2) ?? "");
  const field = fields.map((word) => word.charAt(0).toLowerCase() + word.slice(1)).join(".");
  return field === "" ? [] : [{ field, words: `${field}: a value of another type is expected` }];
}

/**
 * The fields that were written and are not in what the server made of them: a server of before 1.25 drops what it does
 * not know without a word.
 */
export function droppedFields(written: WrittenObject, after: Tree): ManifestFault[] {
  return dropped(written.object, after, [])
    .slice(0, mostFaults)
    .map((steps) => ({
      ...written.at(steps),
      text: text(
        `The API server does not know the field ${fieldOf(steps)} and would drop it.`,
        `Le serveur d'API ne connaît pas le champ ${fieldOf(steps)} et l'abandonnerait.`,
      ),
    }));
}

function dropped(wish: unknown, made: unknown, steps: readonly Step[]): Step[][] {
  if (isTree(wish) && isTree(made)) {
    return Object.entries(wish).flatMap(([key, value]) => {
      if (Object.hasOwn(made, key)) return dropped(value, made[key], [...steps, key]);
      return isEmpty(value) ? [] : [[...steps, key]];
    });
  }
  if (Array.isArray(wish) && Array.isArray(made) && wish.length === made.length) {
    return wish.flatMap((value, index) => dropped(value, made[index], [...steps, index]));
  }
  return [];
}

/** What an API server leaves out of its answers by itself. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isTree(value) && Object.values(value).every(isEmpty);
}
