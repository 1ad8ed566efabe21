import { test, expect as usual, visit } from "./fixtures.ts";
import { awaitPicture, pictureOf, screenOf } from "./support/picture.ts";

// Pictures take their time on a computer that has other work.
const expect = usual.configure({ timeout: 30_000 });

test.use({ sites: "all" });

test("a VM's screen and a container's shell of Proxmox take what is typed, and say how they ended", async ({
  window,
  lab,
}) => {
  await visit(window, "#/resource/forge-proxmox%2Fvms%2F104/screen");
  const before = await awaitPicture(window, "shop-3", 40_000);
  await screenOf(window, "shop-3").locator(".picture-live canvas").first().click();
  await window.keyboard.type("root");
  await expect(async () => expect((await pictureOf(window, "shop-3"))?.sum).not.toBe(before.sum)).toPass();

  await visit(window, "#/resource/forge-proxmox%2Fvms%2F109/terminal");
  const terminal = window.getByRole("region", { name: /Terminal screen/ });
  await expect(terminal).toContainText("@proxy-2");
  await terminal.locator("textarea").focus();
  await window.keyboard.type("echo $((6*7))\n");
  await expect(terminal).toContainText("42");
  await window.keyboard.type("exit\n");
  await window.getByRole("button", { name: "Open a new shell" }).click();
  await expect(terminal).toContainText("@proxy-2");

  await lab.control.fault("host-dies", "forge-3");
  await expect(
    window.getByText(/lost the connection to the node|is not in the cluster/).first(),
  ).toBeVisible();
  await visit(window, "#/resource/forge-proxmox%2Fvms%2F112/screen");
  await expect(window.getByText("it has a console only while it runs")).toBeVisible();
});
