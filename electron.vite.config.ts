import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: "src/main/index.ts",
          serve: "src/main/serve.ts",
          cli: "src/main/cli.ts",
          lab: "src/lab/index.ts",
        },
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload must be CommonJS and bring everything it needs.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: "src/preload/index.ts" },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "src/renderer",
    plugins: [react()],
    build: {
      outDir: "out/renderer",
      minify: true,
      rollupOptions: { input: { index: "src/renderer/index.html" } },
    },
  },
});
