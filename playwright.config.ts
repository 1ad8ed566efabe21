import { defineConfig } from "@playwright/test";
import type { ShellOptions } from "./e2e/fixtures.ts";
import { findBrowser } from "./scripts/support/packages.mjs";

const browser = findBrowser();

/** The same journeys in both shells; those in Electron skip themselves, with the reason, where it is not there. */
export default defineConfig<ShellOptions>({
  testDir: "e2e",
  // They make pictures, which nothing looks at here: each of their journeys is tested by another one.
  ...(process.env.PASSERELLE_SCREENSHOTS ? {} : { testIgnore: "screenshots.spec.ts" }),
  outputDir: "test-results",
  fullyParallel: false,
  // Each journey has a lab and a console of its own, and waits for most of its time.
  workers: 2,
  // The summary names what passed only then: a fault to be mended, no reason to stop everything else.
  retries: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    // Recording costs every journey time; one that failed is recorded when it is repeated.
    trace: "on-first-retry",
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    },
  },
  projects: [
    { name: "browser", use: { shell: "browser" } },
    { name: "electron", use: { shell: "electron" } },
  ],
});
