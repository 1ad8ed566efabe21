import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "src/**/*.test.{ts,tsx}",
      "scripts/**/*.test.ts",
      "bench/**/*.test.ts",
      "test/slice/**/*.test.ts",
    ],
    // The summary names what passed only then: a fault to be mended, no reason to stop everything else.
    retry: 1,
    // Several times what a machine of one's own needs: others may work on a shared one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // PatternFly's modules import style sheets, which Node cannot load by itself.
    server: { deps: { inline: [/@patternfly/] } },
    pool: "forks",
    maxWorkers: 3,
  },
});
