import type { Declaration, FactValue, Observation, Problem } from "../../shared/resource.ts";
import { shownName, shownText, shownWords } from "../../shared/shown.ts";

/** A declaration whose name acts on no terminal and turns no words round; itself where it is so already. */
export function shownDeclaration(declaration: Declaration): Declaration {
  const name = shownName(declaration.name);
  return name === declaration.name ? declaration : { ...declaration, name };
}

/** The same of a reading: what its facts and problems say. Errors are so from the start. */
export function shownObservation(observation: Observation): Observation {
  if ("error" in observation) return observation;
  const { facts, problems } = observation;
  const shown = Object.entries(facts).flatMap(([key, value]) => {
    const words = shownValue(value);
    return words === value ? [] : [[key, words] as const];
  });
  const texts = problems.map(shownProblem);
  if (shown.length === 0 && texts.every((problem, at) => problem === problems[at])) return observation;
  return { ...observation, facts: { ...facts, ...Object.fromEntries(shown) }, problems: texts };
}

function shownValue(value: FactValue): FactValue {
  if (typeof value === "string") return shownWords(value);
  if (!Array.isArray(value)) return value;
  const shown = value.map(shownWords);
  return shown.every((words, at) => words === value[at]) ? value : shown;
}

function shownProblem(problem: Problem): Problem {
  const shown = shownText(problem.text);
  return shown === problem.text ? problem : { ...problem, text: shown };
}
