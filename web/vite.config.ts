import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./vite/compressed.ts";
import { told } from "./vite/told.ts";

const gateway = process.env["FLOWLINE_URL"] ?? "http://127.0.0.1:8080";
const dist = fileURLToPath(new URL("dist", import.meta.url));
const journey = {
  environment: "node",
  testTimeout: 600_000, // a loaded machine of two cores is slow, not wrong
  hookTimeout: 300_000,
  fileParallelism: false,
} as const;

export default defineConfig({
  plugins: [react(), compressed(dist), told("/oidc", "flowline-web")],
  resolve: { alias: { "~": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    outDir: dist,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // these know light-dark(), which is lost when written out for older ones
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false, // else what all views need goes where the first of them needs it
          groups: [
            { name: "charts", test: /node_modules\/(echarts|zrender)\// },
            { name: "flow", test: /node_modules\/(@xyflow|@dagrejs|d3-[a-z]+)\// },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: Number(process.env["PORT"] ?? 5173),
    proxy: { "/api": gateway, "/oidc": gateway },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.{ts,tsx}"],
          environment: "jsdom",
          setupFiles: ["tests/unit-setup.ts"],
        },
      },
      { extends: true, test: { name: "journeys", include: ["tests/**/*.journey.ts"], ...journey } },
      { extends: true, test: { name: "screenshots", include: ["tests/screenshots.ts"], ...journey } },
      { extends: true, test: { name: "pictures", include: ["tests/pictures.ts"], ...journey } },
    ],
  },
});
