// The order of the test files: the longest first, so that none of them runs alone at the end.
"use strict";
const { default: Sequencer } = require("@jest/test-sequencer");

const LONGEST_FIRST = ["crash", "model", "e2e", "simulation", "engine", "host", "contract", "package", "docs"];

const place = ({ context }) => {
  const at = LONGEST_FIRST.indexOf(context.config.displayName.name);
  return at < 0 ? LONGEST_FIRST.length : at;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
