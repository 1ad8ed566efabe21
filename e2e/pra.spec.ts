import { expect } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";
import { carryToNorth, test } from "./support/bascule.ts";

test.use({ sites: "regions", speed: 60 });

test("production is carried to the north after the east has died, by two people, and its evidence is opened", async ({
  window,
  lab,
  shell,
}) => {
  test.skip(shell === "electron", "its pages are the same there, and it takes a minute");
  test.setTimeout(480_000);
  const main = window.getByRole("main");
  await carryToNorth(window, lab, async (place, panel) => {
    if (place === "Accept what is lost") await expect(panel ?? main).toContainText("Data that would be lost");
    if (place !== "Confirm it") return;
    await expect(main.getByRole("heading", { name: "Cannot be undone any more" })).toBeVisible();
    await expect(main.getByRole("button", { name: "Roll back" })).toBeDisabled();
    for (const scheme of ["dark", "light"] as const) {
      await inScheme(window, scheme);
      expect(await accessibilityFaults(window), scheme).toEqual([]);
    }
  });
  const applications = main.getByRole("region", { name: "Applications" });
  for (const name of ["Identity", "Billing", "Portal", "Archive"])
    await expect(applications.getByRole("row", { name: new RegExp(`^${name} .*at North`) })).toBeVisible();
  const [evidence] = await Promise.all([
    window.waitForEvent("download"),
    main.getByRole("button", { name: "Save as PDF" }).click(),
  ]);
  expect(evidence.suggestedFilename()).toMatch(/\.pdf$/);
});
