import { expect, test, visit } from "./fixtures.ts";

test("a changed host key is refused loudly and cannot be clicked away", async ({ window, lab }) => {
  await visit(window, "#/resource/db-1");
  await expect(window.getByRole("row", { name: /Operating system/ })).toContainText("Debian");
  await lab.control.fault("wrong-host-key", "db-1");
  await lab.control.power("off", "db-1");
  await lab.control.power("on", "db-1");
  await expect(window.getByText(/another host key|host key.*changed|changed.*host key/i).first()).toBeVisible(
    { timeout: 45_000 },
  );
  await expect(window.getByRole("button", { name: /Trust/ })).toHaveCount(0);
});

test("a cut link shows as unknown, and comes back by itself", async ({ window, lab }) => {
  // A silent link is given up only after several unanswered keep-alives.
  test.setTimeout(180_000);
  await visit(window, "#/resource/tower-b");
  const header = window.getByRole("main");
  await expect(header.getByText(/^ok$/).first()).toBeVisible();
  await lab.control.fault("link-cut", "tower-b");
  await expect(header.getByText("unknown").first()).toBeVisible({ timeout: 80_000 });
  await lab.control.clear();
  await expect(header.getByText(/^ok$/).first()).toBeVisible({ timeout: 80_000 });
});
