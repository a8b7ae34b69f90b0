// Loaded into the programs and providers of tests before anything else. The SDK loads TypeScript, npm's tree reader and
// the Automation API at once, for closures and calls that no program of ours has, and that is three quarters of the
// time it takes to start: here they are loaded when something is first asked of them. The package's and the
// quickstart's tests do without.
"use strict";
const Module = require("node:module");

const late = new Set(["typescript", "@npmcli/arborist", "normalize-package-data", "./automation"]);
const load = Module._load;
Module._load = function (request, ...rest) {
  if (!late.has(request)) return load.call(this, request, ...rest);
  const real = () => load.call(this, request, ...rest);
  const get = (_target, key) => {
    if (key === "__esModule") return true;
    return key === "default" ? (real().default ?? real()) : real()[key];
  };
  return new Proxy(() => {}, { get, has: (_target, key) => key in real() });
};
