import { testsIn } from "./tests-in";

testsIn("harness");
