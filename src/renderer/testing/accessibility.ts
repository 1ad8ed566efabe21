import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/**
 * What of WCAG 2.2 AA the window breaks by its structure, one line each. Colours and sizes are nothing that is there without a
 * browser.
 */
export async function structureFaults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    runOnly: { type: "tag", values: tags },
    rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } },
    resultTypes: ["violations"],
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}
