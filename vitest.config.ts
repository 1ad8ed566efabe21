import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "src/**/*.test.{ts,tsx}",
      "scripts/**/*.test.ts",
      "bench/**/*.test.ts",
      "test/slice/**/*.test.ts",
    ],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // PatternFly's modules import style sheets, which Node cannot load by itself.
    server: { deps: { inline: [/@patternfly/] } },
    pool: "forks",
    maxWorkers: 3,
  },
});
