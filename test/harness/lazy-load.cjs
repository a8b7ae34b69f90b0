// Loaded into the programs and providers of tests before anything else. The SDK loads TypeScript and npm's tree reader
// at once, for the sake of closures that no program of ours has, and that is two thirds of the time it takes to start:
// here they are loaded when something is first asked of them. The package's and the quickstart's tests do without.
"use strict";
const Module = require("node:module");

const late = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;
Module._load = function (request, ...rest) {
  if (!late.has(request)) return load.call(this, request, ...rest);
  const real = () => load.call(this, request, ...rest);
  return new Proxy(() => {}, {
    get: (_target, key) => (key === "__esModule" ? true : real()[key]),
    has: (_target, key) => key in real(),
  });
};
