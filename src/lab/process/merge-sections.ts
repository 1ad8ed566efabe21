/** The top-level sections of a YAML file in block style, in order; what comes before the first has no name. */
function sectionsOf(words: string): { name: string; body: string }[] {
  return words.split(/^(?=\w+:)/m).map((body) => ({ name: /^\w+(?=:\s*\n)/.exec(body)?.[0] ?? "", body }));
}

/**
 * Adds what stands in the sections of a second YAML file to the sections of the same name in the first, comments and all;
 * a section that the first does not have comes at its end.
 */
export function mergeSections(first: string, second: string): string {
  const merged = sectionsOf(first);
  for (const { name, body } of sectionsOf(second)) {
    if (name === "") continue;
    const into = merged.find((section) => section.name === name);
    if (!into) {
      const last = merged.at(-1);
      if (last) last.body = `${last.body.trimEnd()}\n\n`;
      merged.push({ name, body });
      continue;
    }
    // A comment before the next section belongs to that one.
    const end = into.body.replace(/\n+(#[^\n]*\n+)*$/, "").length;
    into.body = `${into.body.slice(0, end)}\n${body.slice(body.indexOf("\n") + 1).trimEnd()}${into.body.slice(end)}`;
  }
  return merged.map(({ body }) => body).join("");
}
