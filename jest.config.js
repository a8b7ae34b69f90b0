const project = (name, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  roots: ["<rootDir>/test"],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/examples", "<rootDir>/node_modules/pulumi-druid"],
  // Fifty languages of which each test file would load all, and none is asked for.
  moduleNameMapper: {
    "^\\.\\./locales/index\\.cjs$": "<rootDir>/node_modules/zod/v4/locales/en.cjs",
    // A dynamic import needs the ending, of a file that is built only later.
    "^\\./druid/(.*)\\.js$": "<rootDir>/src/druid/$1.ts",
  },
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs", lazy: true } },
    ],
  },
  ...more,
});

/**
 * `npm run test:unit` runs a suite for each folder: a file that jest runs by itself loads all modules anew, a third of
 * the time. Called directly, jest runs the files by themselves, and so a path or `-t` finds what it names.
 */
const unit = process.env.PULUMI_DRUID_TEST_SUITES ? { testMatch: ["<rootDir>/test/unit/suites/*.suite.ts"] } : {};

module.exports = {
  testSequencer: "./test/run/sequencer.cjs",
  // A busy machine is no failure; what has to be quick says so itself.
  testTimeout: 600_000,
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
  ].map((name) => project(name, name === "unit" ? unit : {})),
};
