const project = (name, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  roots: ["<rootDir>/test"],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/examples", "<rootDir>/node_modules/pulumi-druid"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  ...more,
});

module.exports = {
  // A busy machine is no failure; what has to be quick says so itself.
  testTimeout: 60_000,
  projects: [
    "unit",
    "model",
    "contract",
    "host",
    "engine",
    "e2e",
    "simulation",
    "crash",
    "package",
    "docs",
    "tidy",
  ].map((name) => project(name)),
};
